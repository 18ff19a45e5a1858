import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";
import { loadOffer } from "../processes/load-offer.ts";
import { monotonicMs } from "../processes/one-core.ts";

/** Words on their way are most of what arrives; only turns are read. */
const DELTA = '{"type":"transcript_delta"';

interface ProxyMessage {
  readonly type: string;
  readonly sessionId?: string;
  readonly code?: string;
}

/** A page at the proxy's WebSocket door: opens a session, makes its call, and notes when turns are announced. */
export class SupervisedCaller {
  /** When each turn was announced, in milliseconds of the monotonic clock. */
  readonly announcedAt: number[] = [];
  sessionId = "";
  readonly #messages = new EventEmitter();
  readonly #socket: WebSocket;
  readonly #index: number;

  private constructor(socket: WebSocket, index: number) {
    this.#socket = socket;
    this.#index = index;
    // The socket delivers one Buffer a message, never fragments.
    socket.on("message", (data) => this.#receive((data as Buffer).toString("utf8")));
  }

  /** Opens a session without a call. `index` tells its offer from others. */
  static async open(port: number, token: string, index: number): Promise<SupervisedCaller> {
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers, perMessageDeflate: false });
    const caller = new SupervisedCaller(socket, index);
    await once(caller.#messages, "welcome");
    await caller.#exchange({ type: "init" }, "initialized");
    return caller;
  }

  /** Makes the call; resolves with the answer. */
  async call(): Promise<void> {
    await this.#exchange({ type: "sdp_offer", offer: loadOffer(this.#index) }, "sdp_answer");
  }

  close(): void {
    this.#socket.close();
  }

  async #exchange(message: object, reply: string): Promise<void> {
    this.#socket.send(JSON.stringify(message));
    await once(this.#messages, reply);
  }

  #receive(text: string): void {
    if (text.startsWith(DELTA)) return;
    const { type, sessionId, code } = JSON.parse(text) as ProxyMessage;
    if (type === "turn") this.announcedAt.push(monotonicMs());
    if (type === "initialized") this.sessionId = sessionId ?? "";
    // Whoever waits for a reply hears of the error instead; where nobody does, it ends the run.
    this.#messages.emit(type, ...(type === "error" ? [new Error(`The proxy sent the error ${code}.`)] : []));
  }
}
