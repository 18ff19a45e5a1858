// The control of an idle socket: a WebSocket server that pings its clients and drops who does not answer, and does nothing else.
// Its ready line is the proxy's. Argument: seconds between two pings.
import { WebSocketServer } from "ws";

const alive = new WeakSet();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, backlog: 4096 }, () =>
  console.log(JSON.stringify({ msg: "ready", port: server.address().port })),
);
server.on("connection", (socket) => {
  alive.add(socket);
  socket.on("pong", () => alive.add(socket));
});
setInterval(() => {
  for (const socket of server.clients) {
    if (!alive.has(socket)) socket.terminate();
    alive.delete(socket);
    socket.ping();
  }
}, Number(process.argv[2]) * 1000);
