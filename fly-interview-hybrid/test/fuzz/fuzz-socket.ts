import { parseServerMessage, type ServerMessage } from "@interview-proxy/protocol";
import { WebSocket } from "ws";

/** Only a server that has lost an answer takes so long, also on a busy machine. In milliseconds. */
const PATIENCE_MS = 20_000;

/** A client's socket, and all that it was told. */
export interface FuzzSocket {
  readonly told: readonly ServerMessage[];
  readonly isOpen: boolean;
  /** Fulfilled with the close code. */
  readonly closed: Promise<number>;
  send(text: string): void;
  /** Fulfilled when this holds, or the socket is closed. Rejects after a time that says that it never will. */
  until(holds: () => boolean): Promise<void>;
  /** Ends its session and closes it; rejects where the server said what the protocol does not know. */
  leave(): Promise<void>;
}

export async function openSocket(port: number, token: string): Promise<FuzzSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ["bearer", token]);
  const told: ServerMessage[] = [];
  const strange: string[] = [];
  let look = (): void => undefined;
  socket.on("message", (data) => {
    const text = (data as Buffer).toString("utf8");
    const message = parseServerMessage(text);
    if (message === undefined) strange.push(text);
    else told.push(message);
    look();
  });
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) => {
    socket.on("close", (code) => {
      resolve(code);
      look();
    });
  });
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN;
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The server did not answer.")), PATIENCE_MS);
      look = () => {
        if (!holds() && socket.readyState !== WebSocket.CLOSED) return;
        clearTimeout(timer);
        resolve();
      };
      look();
    });
  await until(() => told.length > 0);
  return {
    told,
    get isOpen() {
      return isOpen();
    },
    closed,
    send(text) {
      if (isOpen()) socket.send(text);
    },
    until,
    async leave() {
      if (isOpen()) socket.send(JSON.stringify({ type: "disconnect" }));
      await until(() => false);
      if (strange.length > 0) throw new Error(`The protocol does not know what it said: ${strange[0]}`);
    },
  };
}
