import { EventEmitter, once } from "node:events";
import type { Simulator } from "openai-voice-simulator";
import { WebSocket } from "ws";

/** A trusted server's socket to a call. */
export class SidebandClient {
  readonly events: { type: string; [field: string]: unknown }[] = [];
  readonly closed: Promise<number>;
  /** Events sent so far. */
  sent = 0;
  readonly #socket: WebSocket;
  readonly #emitter = new EventEmitter();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on("close", resolve);
    });
    socket.on("message", (data: Buffer) => {
      this.events.push(JSON.parse(data.toString("utf8")));
      this.#emitter.emit("event");
    });
  }

  /** Attaches; fails with the status where it is refused. */
  static async attach(
    simulator: Pick<Simulator, "baseUrl">,
    callId: string,
    { key = "sk-test-key", query = "" }: { readonly key?: string; readonly query?: string } = {},
  ): Promise<SidebandClient> {
    const path = callId.startsWith("live_") ? `live/sessions/${callId}/attach${query}` : `realtime?call_id=${callId}`;
    const url = `${simulator.baseUrl.replace("http", "ws")}/${path}`;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } });
    socket.on("unexpected-response", (_request, response) => {
      socket.emit("error", new Error(`refused with ${response.statusCode}`));
      response.destroy();
    });
    const client = new SidebandClient(socket);
    await once(socket, "open");
    return client;
  }

  send(event: object): void {
    this.sent += 1;
    this.#socket.send(JSON.stringify(event));
  }

  async event(type: string, nth = 1): Promise<{ type: string; [field: string]: unknown }> {
    for (;;) {
      const found = this.events.filter((event) => event.type === type)[nth - 1];
      if (found !== undefined) {
        return found;
      }
      await once(this.#emitter, "event");
    }
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  close(): void {
    this.#socket.terminate();
  }
}
