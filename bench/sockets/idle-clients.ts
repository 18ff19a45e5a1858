// Clients of idle-sockets.ts, in a process of their own: open sockets, do what opens them for good, and answer pings. Arguments: the
// server's port and the kind of client. Told "open N", "count" or "close" it answers with how many are open.
import { once } from "node:events";
import { WebSocket } from "ws";
import { freshToken } from "../processes/load-token.ts";

/** `waiting`: signed in at the proxy and welcomed; `session`: with a session. */
export type IdleKind = "bare" | "socket.io" | "waiting" | "session";

/** How many are opened at once. */
const AT_ONCE = 50;

const [port, kind] = process.argv.slice(2) as [string, IdleKind];
const PATHS: Readonly<Record<IdleKind, string>> = {
  bare: "/",
  "socket.io": "/socket.io/?EIO=4&transport=websocket",
  waiting: "/ws",
  session: "/ws",
};
const sockets = new Set<WebSocket>();
process.on("disconnect", () => process.exit());
process.on("message", (message: string) => void obey(message).then(() => process.send?.(sockets.size)));
process.send?.("ready");

async function obey(message: string): Promise<void> {
  const [word, count] = message.split(" ");
  if (word === "open") await open(Number(count));
  if (word === "close") await close();
}

async function open(count: number): Promise<void> {
  let begun = 0;
  const opener = async (): Promise<void> => {
    while (begun++ < count) await openOne();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, opener));
}

function openOne(): Promise<void> {
  const protocols = kind === "waiting" || kind === "session" ? ["bearer", freshToken()] : [];
  const socket = new WebSocket(`ws://127.0.0.1:${port}${PATHS[kind]}`, protocols, { perMessageDeflate: false });
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    if (kind === "bare") socket.once("open", () => resolve());
    // The socket delivers one Buffer a message, never fragments.
    socket.on("message", (data) => {
      if (answer(socket, (data as Buffer).toString("utf8")) === "ready") resolve();
    });
  });
}

/** Engine.IO 4: `0` opens, to which `40` joins, and `2` is a ping. The proxy: a welcome, and after `init` a session. */
function answer(socket: WebSocket, text: string): "ready" | "waits" {
  if (kind === "socket.io") {
    if (text.startsWith("0")) socket.send("40");
    if (text === "2") socket.send("3");
    return text.startsWith("40") ? "ready" : "waits";
  }
  const { type } = JSON.parse(text) as { readonly type: string };
  if (type === "error") throw new Error(`The proxy sent an error: ${text}`);
  if (type === "welcome" && kind === "session") socket.send(JSON.stringify({ type: "init" }));
  return type === (kind === "session" ? "initialized" : "welcome") ? "ready" : "waits";
}

async function close(): Promise<void> {
  const closed = [...sockets].map((socket) => once(socket, "close"));
  for (const socket of sockets) socket.close();
  await Promise.all(closed);
}
