import type { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";

/** "Going away" (RFC 6455, section 7.4.1): what browsers and proxies take for a server that stops. */
const GOING_AWAY = 1001;

/** A client that does not answer the close is cut off after this, in milliseconds. */
const CLOSE_GRACE_MS = 1000;

/** Closes every socket, and fulfils when the last one is gone. */
export async function closeSockets(sockets: Iterable<WebSocket>, clock: Clock): Promise<void> {
  await Promise.all([...sockets].map((socket) => closeSocket(socket, clock)));
}

function closeSocket(socket: WebSocket, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(CLOSE_GRACE_MS, () => socket.terminate());
    socket.once("close", () => {
      cancel();
      resolve();
    });
    socket.close(GOING_AWAY);
  });
}
