// A flood of messages from one address, as a process of its own: many sockets that ping together at a steady pace, each no more
// often than a socket may. One that is closed or refused comes back a second later. Arguments: the server's port, the token,
// messages a second, sockets. Begins when it is told to, and answers "stop" with what came of it.
import { WebSocket } from "ws";

/** Each socket sends a bunch this often. */
const BUNCH_MS = 100;
const BACK_AFTER_MS = 1000;
const ADDRESS = "198.51.100.1";
const PING = JSON.stringify({ type: "ping" });

const [port, token, perSecond, sockets] = process.argv.slice(2);
const open = new Set<WebSocket>();
const came = { sent: 0, answered: 0, refused: 0, closed: 0 };
let begunAt = 0;
let due = 0;

process.on("message", (message: string) => (message === "stop" ? stop() : begin()));
process.send?.("ready");

function begin(): void {
  begunAt = performance.now();
  for (let n = 0; n < Number(sockets); n++) setTimeout(openSocket, (n * 1000) / Number(sockets));
  setInterval(sendBunch, BUNCH_MS);
}

function stop(): void {
  process.send?.({ ...came, offered: due, seconds: (performance.now() - begunAt) / 1000 });
}

/** What is due to be sent, by the sockets that are open; what no socket is there to send is not made up for. */
function sendBunch(): void {
  const dueNow = Math.floor(((performance.now() - begunAt) / 1000) * Number(perSecond));
  const each = Math.round((dueNow - due) / Number(sockets));
  due = dueNow;
  for (const socket of open) {
    for (let n = 0; n < each; n++) socket.send(PING);
    came.sent += each;
  }
}

function openSocket(): void {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ["bearer", token ?? ""], {
    headers: { "x-forwarded-for": ADDRESS },
  });
  socket.on("open", () => open.add(socket));
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer) => {
    const { type } = JSON.parse(data.toString("utf8")) as { type: string };
    if (type === "pong") came.answered += 1;
    if (type === "error") came.refused += 1;
  });
  socket.on("close", () => {
    if (open.delete(socket)) came.closed += 1;
    setTimeout(openSocket, BACK_AFTER_MS);
  });
}
