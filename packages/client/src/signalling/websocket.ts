import {
  type EndReason,
  ERRORS,
  isErrorCode,
  type ErrorBody,
  MAX_MESSAGE_BYTES,
  parseServerMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  type ServerMessageOf,
} from "@interview-proxy/protocol";
import { clientError, closeError, InterviewError, serverError } from "../errors.ts";
import { endSession, type HeldSession } from "./end-session.ts";
import { ServerLine } from "./server-line.ts";
import type { Signalling, SignallingOptions } from "./signalling.ts";
import { resolveToken } from "./token.ts";

/**
 * Signalling over a socket, which begins to open at once, beside the microphone. A socket that is lost after the answer is
 * replaced by another, and what was missed is heard again.
 */
export function createWebSocketSignalling(options: SignallingOptions): Signalling {
  return new WebSocketSignalling(options);
}

class WebSocketSignalling implements Signalling {
  readonly iceServers: Promise<readonly RTCIceServer[]>;
  readonly #options: SignallingOptions;
  readonly #line: ServerLine;
  readonly #answered: Promise<string>;
  readonly #disconnected: Promise<EndReason>;
  #onIceServers: (servers: readonly RTCIceServer[]) => void = () => {};
  #onAnswer: (sdp: string) => void = () => {};
  #onDisconnected: (reason: EndReason) => void = () => {};
  /** What the present socket was last told. */
  #lastError: ErrorBody | undefined;
  /** `asked`: `init` is sent, and whatever comes of it is to be ended with this call. */
  #session: "none" | "asked" | HeldSession = "none";
  /** Of the numbered messages, the last that came. */
  #lastSeq = 0;
  /** When the session ends at the latest, on the environment's clock. */
  #endsAt = 0;
  /** A call that is not answered yet does not survive its socket: the server gives up making it. */
  #isAnswered = false;
  #isEnding = false;
  #isReconnecting = false;
  #giveUpTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SignallingOptions) {
    const { environment, url, signal, log } = options;
    this.#options = options;
    this.iceServers = new Promise((resolve) => (this.#onIceServers = resolve));
    this.#answered = new Promise((resolve) => (this.#onAnswer = resolve));
    this.#disconnected = new Promise((resolve) => (this.#onDisconnected = resolve));
    this.#line = new ServerLine({
      environment,
      url: url.webSocket,
      signal,
      log,
      onOpen: () => this.#init(),
      onMessage: (data) => this.#receive(data),
      onDown: (code, wasOpen) => this.#down(code, wasOpen),
    });
    signal.addEventListener("abort", () => clearTimeout(this.#giveUpTimer));
    this.#open().catch((error: unknown) => this.#reportFailedOpening(error));
  }

  exchange(offerSdp: string): Promise<string> {
    this.#line.send({ type: "sdp_offer", offer: { type: "offer", sdp: offerSdp } });
    return this.#answered;
  }

  end(): Promise<EndReason | undefined> {
    this.#isEnding = true;
    if (this.#session === "none") return this.#disconnected;
    const isSent = this.#line.send({ type: "disconnect" });
    // There may be no socket at the moment, and the interview must not go on without the person.
    return isSent || this.#session === "asked" ? this.#disconnected : endSession(this.#session, this.#options);
  }

  async #open(): Promise<void> {
    const { signal, events } = this.#options;
    events.onState("connecting");
    const token = await resolveToken(this.#options.token);
    signal.throwIfAborted();
    this.#line.open(token);
  }

  /** At once, without waiting for `welcome` or the microphone, so that its round trip costs the person no time. */
  #init(): void {
    this.#lastError = undefined;
    if (this.#isReconnecting && typeof this.#session === "object") {
      const { resumeToken } = this.#session;
      this.#line.send({ type: "init", protocol: PROTOCOL_VERSION, resumeToken, lastSeq: this.#lastSeq });
      return;
    }
    const { sessionId, aiPersona, events } = this.#options;
    events.onState("open");
    this.#session = "asked";
    this.#line.send({
      type: "init",
      protocol: PROTOCOL_VERSION,
      ...(sessionId !== undefined && { sessionId }),
      ...(aiPersona !== undefined && { aiPersona }),
    });
  }

  #reportFailedOpening(error: unknown): void {
    if (this.#options.signal.aborted) return;
    // `new WebSocket` itself throws where the page may not open such an address, as with ws:// on an https page.
    this.#options.events.onLost(error instanceof InterviewError ? error : clientError("SERVER_UNREACHABLE"));
  }

  #receive(data: unknown): void {
    const { events, log } = this.#options;
    const message = typeof data === "string" && data.length <= MAX_MESSAGE_BYTES ? parseServerMessage(data) : undefined;
    if (!message) {
      log.add("received", "unknown");
      events.onUnknownMessage();
      return;
    }
    // Words by the dozen would push everything else out of the log, and so would the heartbeat.
    if (message.type !== "transcript_delta" && message.type !== "pong")
      log.add("received", message.type, detailOf(message));
    if ("seq" in message && message.type !== "initialized") this.#lastSeq = Math.max(this.#lastSeq, message.seq);
    this.#handle(message);
  }

  #handle(message: ServerMessage): void {
    const { events } = this.#options;
    switch (message.type) {
      case "welcome":
        events.onFacts({ simulation: message.simulation });
        return;
      case "initialized":
        this.#initialized(message);
        return;
      case "sdp_answer":
        this.#isAnswered = true;
        this.#line.settle();
        events.onFacts({ sessionId: message.sessionId, callId: message.callId });
        this.#onAnswer(message.answer.sdp);
        return;
      case "disconnected":
        this.#onDisconnected(message.reason);
        return;
      case "ended":
        this.#session = "none";
        events.onEnded(message.reason);
        return;
      case "time_remaining":
        this.#endsAt = this.#secondsFromNow(message.seconds);
        events.onTimeWarning(message.seconds);
        return;
      case "transcript_delta":
      case "turn":
      case "speaking":
        events.onTalk(message);
        return;
      case "error":
        this.#refused(message);
        return;
      // What a session is doing follows from the messages above; that a `pong` came is enough.
      case "state":
      case "resumed":
      case "clock":
      case "reoffer":
      case "draining":
      case "pong":
        return;
    }
  }

  #initialized(message: ServerMessageOf<"initialized">): void {
    const { events } = this.#options;
    const { sessionId, resumeToken, deadline, remainingSeconds } = message;
    this.#session = { sessionId, resumeToken };
    this.#endsAt = this.#secondsFromNow(remainingSeconds);
    if (this.#isReconnecting) this.#reconnected();
    else this.#lastSeq = message.seq;
    // The parsed type allows members that are `undefined`; JSON has none.
    this.#onIceServers(message.iceServers as readonly RTCIceServer[]);
    events.onFacts({ sessionId, deadline });
    events.onTimeLeft(remainingSeconds);
  }

  #refused(error: ErrorBody): void {
    const { events } = this.#options;
    this.#lastError = error;
    if (this.#isReconnecting) {
      if (error.retryable) this.#reconnect(error.retryAfterMs);
      else this.#giveUp(error);
      return;
    }
    const isTakenOver = error.code === "SESSION_TAKEN_OVER";
    // In place of `initialized`, an error says that this socket gets no session. One that was taken over is another
    // window's now. Ending either would end an interview that is not this call's.
    if (isTakenOver || this.#session === "asked") this.#session = "none";
    if (isTakenOver) events.onLost(serverError(error));
    else events.onError(serverError(error));
  }

  #down(closeCode: number, wasOpen: boolean): void {
    const { events } = this.#options;
    // The error message before the close says more than the close code.
    const told = this.#lastError && closesWith(this.#lastError, closeCode) ? this.#lastError : undefined;
    const untold = () => (wasOpen ? closeError(closeCode) : clientError("SERVER_UNREACHABLE"));
    const error = told ? serverError(told) : untold();
    if (this.#isAnswered && !this.#isEnding && error.problem.retryable) {
      this.#reconnect(told?.retryAfterMs);
      return;
    }
    // Whoever comes back may go on with it.
    this.#session = "none";
    events.onState("closed");
    events.onLost(error);
  }

  /** The interview goes on by its audio meanwhile, but not beyond its own end. */
  #reconnect(minimumMs = 0): void {
    if (typeof this.#session !== "object") return;
    const { environment, events } = this.#options;
    if (!this.#isReconnecting) {
      this.#isReconnecting = true;
      this.#giveUpTimer = setTimeout(() => events.onEnded("time_limit"), this.#endsAt - environment.now());
      events.onState("reconnecting");
    }
    this.#lastError = undefined;
    this.#line.reopen(this.#session.resumeToken, minimumMs);
  }

  #reconnected(): void {
    this.#isReconnecting = false;
    clearTimeout(this.#giveUpTimer);
    this.#line.settle();
    this.#options.events.onState("open");
  }

  /** The server does not let this call come back: its session has ended, or is somebody else's, or is not known. */
  #giveUp(error: ErrorBody): void {
    const { events } = this.#options;
    this.#session = "none";
    if (error.reason !== undefined) events.onEnded(error.reason);
    // The credential was the session's own, so that the table's words about a sign-in would mislead.
    else events.onLost(error.code === "UNAUTHENTICATED" ? clientError("SESSION_LOST") : serverError(error));
  }

  #secondsFromNow(seconds: number): number {
    return this.#options.environment.now() + seconds * 1000;
  }
}

function closesWith({ code }: ErrorBody, closeCode: number): boolean {
  return isErrorCode(code) && ERRORS[code].close === closeCode;
}

/** What the log keeps of a message besides its type. */
function detailOf(message: ServerMessage): string | undefined {
  if (message.type === "error") return message.code;
  if (message.type === "ended" || message.type === "disconnected") return message.reason;
  return message.type === "state" ? message.state : undefined;
}
