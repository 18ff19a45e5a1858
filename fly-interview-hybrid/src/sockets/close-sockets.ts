import type { WebSocket } from "ws";
import type { Clock } from "../clock.ts";

/** A peer that does not answer the close is cut off after this, in milliseconds. */
const CLOSE_GRACE_MS = 1000;

/** Closes every socket, and fulfils when the last one is gone. */
export async function closeSockets(sockets: Iterable<WebSocket>, code: number, clock: Clock): Promise<void> {
  await Promise.all([...sockets].map((socket) => closeSocket(socket, code, clock)));
}

/** Closes a socket, and fulfils when it is gone. */
export function closeSocket(socket: WebSocket, code: number, clock: Clock): Promise<void> {
  if (socket.readyState === socket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(CLOSE_GRACE_MS, () => socket.terminate());
    socket.once("close", () => {
      cancel();
      resolve();
    });
    socket.close(code);
  });
}
