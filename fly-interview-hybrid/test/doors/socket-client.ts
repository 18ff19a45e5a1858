import type { ServerMessage, ServerMessageOf } from "@interview-proxy/protocol";
import { type ClientOptions, WebSocket } from "ws";

/** A WebSocket client that keeps every message and lets a test wait for one. */
export class SocketClient {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  /** Fulfilled with the close code. */
  readonly closed: Promise<number>;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, onText: (text: string) => void, protocols: string[] = [], options: ClientOptions = {}) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on("message", (data) => {
      const text = (data as Buffer).toString("utf8");
      onText(text);
      this.messages.push(JSON.parse(text) as ServerMessage);
      for (const look of this.#waiting) look();
    });
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => {
        onText(reason.toString("utf8"));
        resolve(code);
        for (const look of this.#waiting) look();
      });
    });
  }

  send(message: unknown): void {
    this.sendRaw(JSON.stringify(message));
  }

  /** Sends bytes as they are; before the socket is open they wait for it. */
  sendRaw(data: string | Buffer, options: { binary?: boolean } = {}): void {
    const send = (): void => this.socket.send(data, { binary: options.binary ?? false });
    if (this.socket.readyState === WebSocket.CONNECTING) this.socket.once("open", send);
    else send();
  }

  /** The first message of one of these types that has not been taken yet. Fails when the socket closes without it. */
  async next<T extends ServerMessage["type"]>(...types: readonly T[]): Promise<ServerMessageOf<T>> {
    for (;;) {
      const index = this.messages.findIndex(({ type }) => types.some((wanted) => wanted === type));
      const [message] = index < 0 ? [] : this.messages.splice(index, 1);
      if (message !== undefined) return message as ServerMessageOf<T>;
      if (this.socket.readyState === WebSocket.CLOSED)
        throw new Error(`The socket closed before "${types.join(" or ")}" came.`);
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }

  /** Sends a ping and waits for its pong, by when everything sent before has been looked at. */
  async isAlive(): Promise<boolean> {
    this.send({ type: "ping" });
    await this.next("pong");
    return true;
  }

  close(): void {
    this.socket.terminate();
  }
}
