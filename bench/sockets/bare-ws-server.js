// The control of an idle socket: a WebSocket server that pings its clients and drops who does not answer, as the documentation of `ws` does
// it, and does nothing else.
// Its ready line is the proxy's. Argument: seconds between two pings.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, backlog: 4096 }, () =>
  console.log(JSON.stringify({ msg: "ready", port: server.address().port })),
);
server.on("connection", (socket) => {
  socket.isAlive = true;
  socket.on("pong", noteAnswer);
});
setInterval(() => {
  for (const socket of server.clients) {
    if (!socket.isAlive) {
      socket.terminate();
    } else {
      socket.isAlive = false;
      socket.ping();
    }
  }
}, Number(process.argv[2]) * 1000);

function noteAnswer() {
  this.isAlive = true;
}
