import type { WebSocket } from "ws";
import type { Clock } from "../clock.ts";

export interface Heartbeat {
  /** Listens for a socket's answers; without it the socket counts as dead at the second beat. */
  watch(socket: WebSocket): void;
  stop(): void;
}

/**
 * Pings every socket each `seconds`, and terminates one that has not answered the ping before: a client that vanished
 * without a close holds its session otherwise until TCP gives up, which takes many minutes.
 */
export function keepHeartbeat(sockets: () => Iterable<WebSocket>, seconds: number, clock: Clock): Heartbeat {
  const unanswered = new WeakSet<WebSocket>();
  let cancel = clock.after(seconds * 1000, beat);

  function beat(): void {
    for (const socket of sockets()) {
      if (unanswered.has(socket)) {
        socket.terminate();
      } else {
        unanswered.add(socket);
        socket.ping();
      }
    }
    cancel = clock.after(seconds * 1000, beat);
  }

  // One for all sockets, because each would keep its own for as long as it is open.
  function noteAnswer(this: WebSocket): void {
    unanswered.delete(this);
  }

  return {
    watch: (socket) => void socket.on("pong", noteAnswer),
    stop: () => cancel(),
  };
}
