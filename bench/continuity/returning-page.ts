import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";
import { reconnectDelay } from "../../packages/client/src/signalling/reconnect-delay.ts";
import { loadOffer } from "../processes/load-offer.ts";
import { monotonicMs } from "../processes/one-core.ts";

/** What the browser's client gives an attempt, in milliseconds. */
const ATTEMPT_LIMIT_MS = 5000;

/** Words on their way are most of what arrives; only what concerns the line is read. */
const UNREAD = /^\{"type":"(transcript_delta|speaking|turn|state|time_remaining)"/;

interface ProxyMessage {
  readonly type: string;
  readonly sessionId?: string;
  readonly resumeToken?: string;
  readonly retryable?: boolean;
  readonly code?: string;
  readonly retryAfterMs?: number;
  readonly reconnectAfterMs?: number;
}

/** What is told while several machines start and stop: their ports, the next one to try first. */
export type Ports = () => readonly number[];

/** A page whose socket comes back as the browser's client does: by its delays, and to any machine. */
export class ReturningPage {
  /** When the line was lost, and when it served the session again; milliseconds of the monotonic clock. */
  readonly lostAt: number[] = [];
  readonly backAt: number[] = [];
  /** What it was told that ended its tries. */
  refusedWith: string | undefined;
  sessionId = "";
  /** Where it may come back to. */
  portsNow: Ports;
  /** The last numbered message that it needs not be told again; by default it is told all. */
  lastSeq = 0;
  readonly #observe: (text: string) => void;
  readonly #index: number;
  readonly #messages = new EventEmitter();
  #resumeToken = "";
  #socket: WebSocket | undefined;
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  #minimumMs = 0;
  #isClosed = false;

  private constructor(ports: Ports, index: number, observe: (text: string) => void) {
    this.portsNow = ports;
    this.#index = index;
    this.#observe = observe;
  }

  /**
   * Opens a session without a call. `index` tells its offer from others; `observe` gets every message. Rejects where no
   * machine lets it in.
   */
  static async open(
    ports: Ports,
    token: string,
    index: number,
    observe: (text: string) => void = () => undefined,
  ): Promise<ReturningPage> {
    const page = new ReturningPage(ports, index, observe);
    const initialized = once(page.#messages, "initialized");
    page.#connect(token, { type: "init" });
    await initialized;
    return page;
  }

  /** Makes the call; resolves with the answer. */
  async call(): Promise<void> {
    const answered = once(this.#messages, "sdp_answer");
    this.offer();
    await answered;
  }

  /** Asks for a call; what comes of it is observed. */
  offer(): void {
    this.send({ type: "sdp_offer", offer: loadOffer(this.#index) });
  }

  /** Nothing is sent while there is no line. */
  send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Its line breaks, and it comes back. */
  drop(): void {
    this.#socket?.terminate();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect(token: string, init: object): void {
    const ports = this.portsNow();
    const port = ports[(this.#index + this.#attempts) % ports.length];
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ["bearer", token], { perMessageDeflate: false });
    this.#socket = socket;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => socket.terminate(), ATTEMPT_LIMIT_MS);
    socket.on("open", () => socket.send(JSON.stringify(init)));
    // `close` always follows.
    socket.on("error", () => undefined);
    socket.on("message", (data) => {
      // The socket delivers one Buffer a message, never fragments.
      if (socket === this.#socket) this.#receive((data as Buffer).toString("utf8"));
    });
    socket.on("close", () => {
      if (socket === this.#socket) this.#lose();
    });
  }

  #receive(text: string): void {
    this.#observe(text);
    if (UNREAD.test(text)) return;
    const message = JSON.parse(text) as ProxyMessage;
    if (message.type === "initialized") this.#serve(message);
    if (message.type === "draining") this.#moveAfter(message.reconnectAfterMs ?? 0);
    if (message.type !== "error") return void this.#messages.emit(message.type);
    if (message.retryable !== true) this.refusedWith = message.code;
    this.#minimumMs = message.retryAfterMs ?? 0;
    if (this.#resumeToken === "") this.#fail(`The proxy sent the error ${message.code}.`);
  }

  #serve({ sessionId = "", resumeToken = "" }: ProxyMessage): void {
    clearTimeout(this.#timer);
    if (this.#resumeToken !== "") this.backAt.push(monotonicMs());
    this.sessionId = sessionId;
    this.#resumeToken = resumeToken;
    this.#attempts = 0;
  }

  #lose(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.refusedWith !== undefined) return;
    if (this.#resumeToken === "") return this.#fail("The proxy cannot be reached.");
    if (this.lostAt.length === this.backAt.length) this.lostAt.push(monotonicMs());
    const delay = Math.max(this.#minimumMs, reconnectDelay(this.#attempts, Math.random));
    this.#minimumMs = 0;
    this.#attempts += 1;
    this.#timer = setTimeout(() => this.#connect(this.#resumeToken, this.#init), delay);
  }

  /** Told to go elsewhere, it makes the new line before it lets the old one go. */
  #moveAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const old = this.#socket;
      this.lostAt.push(monotonicMs());
      this.#connect(this.#resumeToken, this.#init);
      old?.close();
    }, ms);
  }

  /** For who waits for the first `initialized`. The close that follows an error says nothing new. */
  #fail(message: string): void {
    if (this.#messages.listenerCount("error") > 0) this.#messages.emit("error", new Error(message));
  }

  get #init(): object {
    return { type: "init", resumeToken: this.#resumeToken, lastSeq: this.lastSeq };
  }
}
