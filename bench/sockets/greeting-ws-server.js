// The control of a reconnect storm: a WebSocket server that keeps nothing, and tells whoever says anything that its session is served.
// Its ready line is the proxy's. Argument: the port, 0 for any.
import process from "node:process";
import { WebSocketServer } from "ws";

const SERVED = JSON.stringify({ type: "initialized", sessionId: "ses_control", resumeToken: "resume_control" });
const port = Number(process.argv[2]);
const server = new WebSocketServer({ host: "127.0.0.1", port, perMessageDeflate: false, backlog: 4096 }, () =>
  console.log(JSON.stringify({ msg: "ready", time: new Date().toISOString(), port: server.address().port })),
);
server.on("connection", (socket) => socket.on("message", () => socket.send(SERVED)));
