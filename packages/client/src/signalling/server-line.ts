import type { ClientMessage } from "@interview-proxy/protocol";
import type { BrowserEnvironment } from "../environment.ts";
import type { EventLog } from "../event-log.ts";
import { type Heartbeat, keepHeartbeat } from "./heartbeat.ts";
import { reconnectDelay } from "./reconnect-delay.ts";

/** `WebSocket.OPEN`, which a replaced WebSocket need not carry. */
const OPEN = 1;

/** From making a socket anew until it serves the session. An attempt may hang where packets are lost in silence. */
const ATTEMPT_LIMIT_MS = 5_000;

/** The close code that browsers report where there was no close (RFC 6455, section 7.1.5). */
const ABNORMAL_CLOSURE = 1006;

interface ServerLineOptions {
  readonly environment: Pick<BrowserEnvironment, "WebSocket" | "page" | "networkInformation" | "random">;
  readonly url: string;
  /** Closes the line for good. */
  readonly signal: AbortSignal;
  readonly log: EventLog;
  readonly onOpen: () => void;
  readonly onMessage: (data: unknown) => void;
  /** The socket is no more. */
  readonly onDown: (closeCode: number, wasOpen: boolean) => void;
}

interface OwnSocket {
  readonly socket: WebSocket;
  /** Ends all that hangs on this socket. */
  readonly scope: AbortController;
}

/**
 * The line to the server: one socket after another. Where one is to be replaced while it works, the next one opens beside it.
 * Knows nothing of what is said over it.
 */
export class ServerLine {
  readonly #options: ServerLineOptions;
  #current: OwnSocket | undefined;
  /** Opens beside the current socket, and takes its place once it is open. */
  #successor: OwnSocket | undefined;
  #heartbeat: Heartbeat | undefined;
  /** Attempts since the line was last known to work. */
  #attempts = 0;
  #attemptTimer: ReturnType<typeof setTimeout> | undefined;
  /** Makes the attempt that is waited for, or that is under way, at once. */
  #hurry: { readonly waiting: boolean; readonly now: () => void } | undefined;

  constructor(options: ServerLineOptions) {
    this.#options = options;
    const { environment, signal } = options;
    signal.addEventListener("abort", () => this.#drop());
    environment.page.addEventListener("online", () => this.#onOnline(), { signal });
    environment.networkInformation()?.addEventListener("change", () => this.#onNetworkChange(), { signal });
  }

  /** Throws where the page may not open such an address, as with ws:// on an https page. */
  open(token: string | undefined): void {
    this.#current = this.#connect(token);
  }

  /**
   * Opens another socket beside the one that serves, which goes on until the other is open. Where it does not open, nothing
   * has happened.
   */
  replace(token: string): void {
    this.#discard(this.#successor);
    this.#successor = this.#connect(token);
  }

  #connect(token: string | undefined): OwnSocket {
    const { environment, url, log, onOpen, onMessage } = this.#options;
    const socket = new environment.WebSocket(url, token === undefined ? [] : ["bearer", token]);
    const scope = new AbortController();
    const { signal } = scope;
    const own = { socket, scope };
    let wasOpen = false;
    const opened = () => {
      wasOpen = true;
      if (this.#successor === own) this.#succeed(own);
      log.add("local", "socket", "open");
      onOpen();
    };
    socket.addEventListener("open", opened, { signal });
    const received = (data: unknown) => {
      this.#heartbeat?.heard();
      onMessage(data);
    };
    socket.addEventListener("message", ({ data }) => received(data), { signal });
    const closed = (code: number) => {
      if (this.#successor !== own) return this.#goDown(code, wasOpen);
      this.#discard(own);
      this.#successor = undefined;
    };
    socket.addEventListener("close", ({ code }) => closed(code), { signal });
    return own;
  }

  /** What the one before still says is nobody's: that another socket serves the session now. */
  #succeed(successor: OwnSocket): void {
    this.#successor = undefined;
    this.#drop();
    this.#current = successor;
    this.#limitAttempt();
  }

  /** False where there is no open socket, and nothing was sent. */
  send(message: ClientMessage): boolean {
    const socket = this.#current?.socket;
    if (socket?.readyState !== OPEN) return false;
    socket.send(JSON.stringify(message));
    // The heartbeat would in time push everything else out of the log.
    if (message.type !== "ping") this.#options.log.add("sent", message.type);
    return true;
  }

  /** The socket serves the session: from now on it is watched. */
  settle(): void {
    this.#stopTrying();
    this.#heartbeat ??= keepHeartbeat({
      ping: () => void this.send({ type: "ping" }),
      onAlive: () => (this.#attempts = 0),
      onDead: () => this.#goDown(ABNORMAL_CLOSURE, true),
    });
  }

  /** The page has slept: a socket from before may be dead, and an attempt that waits need not wait any more. */
  probe(): void {
    this.#onNetworkChange();
  }

  /** Loses the socket, as a network would. */
  breakOff(): void {
    if (this.#current !== undefined) this.#goDown(ABNORMAL_CLOSURE, true);
  }

  /** Opens another socket in place of the present one, when its turn has come, and not before `minimumMs` have passed. */
  reopen(token: string, minimumMs: number): void {
    this.#drop();
    const delay = Math.max(minimumMs, reconnectDelay(this.#attempts, this.#options.environment.random));
    this.#attempts += 1;
    const attempt = () => this.#attempt(token);
    this.#attemptTimer = setTimeout(attempt, delay);
    this.#hurry = { waiting: true, now: attempt };
  }

  #attempt(token: string): void {
    this.#drop();
    this.#hurry = { waiting: false, now: () => this.#attempt(token) };
    this.#limitAttempt();
    this.open(token);
  }

  #limitAttempt(): void {
    this.#attemptTimer = setTimeout(() => this.#goDown(ABNORMAL_CLOSURE, false), ATTEMPT_LIMIT_MS);
  }

  /** A socket from before, or an attempt, may hang for seconds until TCP sends again what was lost. */
  #onOnline(): void {
    if (this.#hurry) this.#hurry.now();
    else if (this.#heartbeat) this.#goDown(ABNORMAL_CLOSURE, true);
  }

  /** Browsers say so also where only the speed has changed, so that an attempt under way is left alone. */
  #onNetworkChange(): void {
    if (this.#hurry?.waiting) this.#hurry.now();
    else this.#heartbeat?.probe();
  }

  #goDown(closeCode: number, wasOpen: boolean): void {
    this.#drop();
    this.#options.log.add("local", "socket", `closed ${closeCode}`);
    this.#options.onDown(closeCode, wasOpen);
  }

  #drop(): void {
    this.#stopTrying();
    this.#heartbeat?.stop();
    this.#heartbeat = undefined;
    this.#discard(this.#current);
    this.#current = undefined;
    this.#discard(this.#successor);
    this.#successor = undefined;
  }

  #discard(own: OwnSocket | undefined): void {
    own?.scope.abort();
    own?.socket.close(1000);
  }

  #stopTrying(): void {
    clearTimeout(this.#attemptTimer);
    this.#hurry = undefined;
  }
}
