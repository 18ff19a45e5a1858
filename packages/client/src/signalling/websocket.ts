import {
  type EndReason,
  ERRORS,
  isErrorCode,
  type ErrorBody,
  type ErrorCode,
  PROTOCOL_VERSION,
  type ServerMessage,
  type ServerMessageOf,
} from "@interview-proxy/protocol";
import { clientError, closeError, InterviewError, serverError } from "../errors.ts";
import { notAtPresent } from "../not-at-present.ts";
import { type LineFault, SPOILT_TOKEN } from "../scenario.ts";
import { tellNoWayBack } from "./no-way-back.ts";
import { OfferExchange } from "./offer-exchange.ts";
import { readMessage } from "./read-message.ts";
import { ServerLine } from "./server-line.ts";
import { requestSession } from "./session-request.ts";
import type { HeldSession, OfferNeeds, Signalling, SignallingOptions, Tidings } from "./signalling.ts";
import { resolveToken } from "./token.ts";
import { newTraceparent } from "./traceparent.ts";

/** With these the server closes a socket that it served: the session is, or will be, another machine's. */
const SENT_AWAY: ReadonlySet<string> = new Set<ErrorCode>(["DRAINING", "SESSION_BUSY"]);

/** A line that may be opened before there is anything to ask for over it. */
export interface WebSocketLine extends Signalling {
  /** Asks for the session, where that was to wait. */
  begin(): void;
}

/**
 * Signalling over a socket, which begins to open at once, beside the microphone. A socket that is lost after the first answer
 * is replaced by another, and what was missed is heard again.
 *
 * @param waits - asks for no session before `begin()`
 */
export function createWebSocketSignalling(options: SignallingOptions, waits = false): WebSocketLine {
  return new WebSocketSignalling(options, waits);
}

class WebSocketSignalling implements WebSocketLine {
  readonly #options: SignallingOptions;
  readonly #line: ServerLine;
  readonly #disconnected: Promise<EndReason>;
  #ready: Promise<OfferNeeds>;
  #onReady: (needs: OfferNeeds) => void = () => {};
  /** What `initialized` is going to say for the offer, where that is known. */
  #foretold: OfferNeeds | undefined;
  #onDisconnected: (reason: EndReason) => void = () => {};
  readonly #exchange = new OfferExchange();
  /** What the present socket was last told. */
  #lastError: ErrorBody | undefined;
  /** `asked`: `init` is sent, and whatever comes of it is to be ended with this interview. */
  #session: "none" | "asked" | HeldSession = "none";
  /** Of the numbered messages, the last that came. */
  #lastSeq = 0;
  /** How long the session may last from now, in milliseconds; unknown before the server has said so. */
  #timeLeft: () => number | undefined = () => undefined;
  /** A session whose first call is not answered yet does not survive its socket. */
  #isLasting: boolean;
  /** `open`: the socket is there, and only `begin()` is missing. */
  #waits: boolean | "open";
  /** The present socket serves the session. */
  #isServed = false;
  #isEnding = false;
  #isReconnecting = false;
  #giveUpTimer: ReturnType<typeof setTimeout> | undefined;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SignallingOptions, waits: boolean) {
    const { environment, url, signal, log, resumes } = options;
    this.#options = options;
    this.#waits = waits;
    this.#isLasting = resumes !== undefined;
    this.#ready = new Promise((resolve) => (this.#onReady = resolve));
    this.#disconnected = new Promise((resolve) => (this.#onDisconnected = resolve));
    this.#line = new ServerLine({
      environment,
      url: url.webSocket,
      signal,
      log,
      onOpen: () => {
        if (this.#waits) this.#waits = "open";
        else this.#init();
      },
      onMessage: (data) => this.#receive(data),
      onDown: (code, wasOpen) => this.#down(code, wasOpen),
    });
    signal.addEventListener("abort", () => this.#stopTimers());
    if (resumes) this.#comeBackTo(resumes);
    else this.#open().catch((error: unknown) => this.#reportFailedOpening(error));
  }

  begin(): void {
    const isOpen = this.#waits === "open";
    this.#waits = false;
    if (isOpen) this.#init();
  }

  ready(): Promise<OfferNeeds> {
    return this.#ready;
  }

  exchange(offerSdp: string): Promise<string> {
    const answered = this.#exchange.begin();
    const afterInit = this.#session === "asked" || undefined;
    const isSent = this.#line.send({ type: "sdp_offer", afterInit, offer: { type: "offer", sdp: offerSdp } });
    if (!isSent) this.#exchange.fail(clientError("SERVER_LOST"));
    return answered;
  }

  end(): Promise<EndReason | undefined> {
    this.#isEnding = true;
    if (this.#session === "none") return this.#disconnected;
    const isSent = this.#line.send({ type: "disconnect" });
    // There may be no socket at the moment, and the interview must not go on without the person.
    if (isSent || this.#session === "asked") return this.#disconnected;
    return requestSession(this.#session, { method: "DELETE" }, this.#options).then(() => undefined);
  }

  tell(tidings: Tidings): void {
    if (this.#isServed) this.#line.send(tidings);
  }

  probe(): void {
    this.#line.probe();
  }

  simulate(fault: LineFault): void {
    if (typeof this.#session !== "object") throw notAtPresent("There is no line that could fail.");
    if (fault === "expire-token") this.#session = { ...this.#session, resumeToken: SPOILT_TOKEN };
    this.#line.breakOff();
  }

  async #open(): Promise<void> {
    const { signal, events } = this.#options;
    events.onState("connecting");
    const token = await resolveToken(this.#options.token);
    signal.throwIfAborted();
    this.#line.open(token);
  }

  /** Before a reload, the session was this tab's already. */
  #comeBackTo(session: HeldSession): void {
    this.#session = session;
    this.#options.events.onState("connecting");
    this.#isReconnecting = true;
    this.#line.reopen(session.resumeToken, 0);
  }

  /** At once, without waiting for `welcome` or the microphone, so that its round trip costs the person no time. */
  #init(): void {
    this.#lastError = undefined;
    this.#isServed = false;
    // The server has given up making a call for the socket before.
    this.#exchange.fail(clientError("SERVER_LOST"));
    const traceparent = newTraceparent(this.#options.log);
    if (typeof this.#session === "object") {
      const { resumeToken } = this.#session;
      const lastSeq = this.#lastSeq;
      this.#line.send({ type: "init", protocol: PROTOCOL_VERSION, traceparent, resumeToken, lastSeq });
      return;
    }
    const { sessionId, aiPersona, events } = this.#options;
    events.onState("open");
    this.#session = "asked";
    this.#line.send({ type: "init", protocol: PROTOCOL_VERSION, traceparent, sessionId, aiPersona });
    this.#readyAhead();
  }

  /** The first offer need not wait for the session, where there is nothing to learn from that. */
  #readyAhead(): void {
    if (this.#session === "asked" && this.#foretold) this.#onReady(this.#foretold);
  }

  #reportFailedOpening(error: unknown): void {
    if (this.#options.signal.aborted) return;
    // `new WebSocket` itself throws where the page may not open such an address, as with ws:// on an https page.
    this.#options.events.onLost(error instanceof InterviewError ? error : clientError("SERVER_UNREACHABLE"));
  }

  #receive(data: unknown): void {
    const message = readMessage(data, this.#options.log);
    if (!message) return this.#options.events.onUnknownMessage();
    if ("seq" in message && message.type !== "initialized") this.#lastSeq = Math.max(this.#lastSeq, message.seq);
    this.#handle(message);
  }

  #handle(message: ServerMessage): void {
    const { events } = this.#options;
    switch (message.type) {
      case "welcome":
        events.onFacts({ simulation: message.simulation });
        this.#foretold = foretoldBy(message);
        this.#readyAhead();
        return;
      case "initialized":
        this.#initialized(message);
        return;
      case "sdp_answer":
        this.#answered(message);
        return;
      case "disconnected":
        this.#onDisconnected(message.reason);
        return;
      case "ended":
        this.#session = "none";
        events.onEnded(message.reason);
        return;
      case "time_remaining":
        this.#noteTime(message.seconds, true);
        events.onTimeWarning(message.seconds);
        return;
      case "clock":
        this.#noteTime(message.remainingSeconds, message.running);
        events.onFacts({ deadline: message.deadline });
        events.onTimeLeft({ seconds: message.remainingSeconds, isRunning: message.running });
        return;
      case "reoffer":
        events.onReoffer(message.reason);
        return;
      case "draining":
        this.#moveAfter(message.reconnectAfterMs);
        return;
      case "transcript_delta":
      case "turn":
      case "speaking":
        events.onTalk(message);
        return;
      case "error":
        this.#refused(message);
        return;
      // What a session is doing follows from the messages above; that a `pong` came is enough; who has muted knows it.
      case "state":
      case "resumed":
      case "muted":
      case "pong":
        return;
    }
  }

  #initialized(message: ServerMessageOf<"initialized">): void {
    const { events } = this.#options;
    const { sessionId, resumeToken, deadline, remainingSeconds } = message;
    const isBack = typeof this.#session === "object";
    this.#session = { sessionId, resumeToken };
    this.#isServed = true;
    this.#noteTime(remainingSeconds, true);
    if (isBack) this.#settle();
    else this.#lastSeq = message.seq;
    events.onFacts({ sessionId, deadline });
    events.onSession(this.#session);
    events.onTimeLeft({ seconds: remainingSeconds, isRunning: true });
    events.onServed();
    // The parsed type allows members that are `undefined`; JSON has none.
    const iceServers = message.iceServers as readonly RTCIceServer[];
    const needs = { iceServers, dataChannel: message.dataChannel === "required" };
    this.#onReady(needs);
    this.#ready = Promise.resolve(needs);
  }

  #answered({ sessionId, callId, answer }: ServerMessageOf<"sdp_answer">): void {
    if (!this.#exchange.isPending) return;
    if (!this.#isLasting) this.#line.settle();
    this.#isLasting = true;
    this.#options.events.onFacts({ sessionId, callId });
    this.#exchange.answer(answer.sdp);
  }

  #refused(error: ErrorBody): void {
    const { events } = this.#options;
    this.#lastError = error;
    if (error.code === "SESSION_TAKEN_OVER") {
      // It is another window's now. Ending it would end an interview that is not this one's.
      this.#session = "none";
      events.onRefused(serverError(error));
    } else if (typeof this.#session === "object" && !this.#isServed) this.#refusedToComeBack(error);
    else if (!this.#exchange.isPending) this.#refusedUnasked(error);
    // Of a session that has ended while the offer was on its way, the end is told as well, with its reason; one that has ended
    // before `init` gets no such word. What may have come of `init` is ended with this interview.
    else if (error.code !== "SESSION_ENDED" || this.#session === "asked") this.#exchange.fail(serverError(error));
  }

  /** In place of `initialized`, an error says that this socket gets no session. */
  #refusedToComeBack(error: ErrorBody): void {
    if (error.retryable) return this.#reconnect(error.retryAfterMs);
    this.#session = "none";
    tellNoWayBack(error, this.#options.events);
  }

  #refusedUnasked(error: ErrorBody): void {
    if (this.#session === "asked") this.#session = "none";
    // The close that follows is told as a line that is set up again, which is all that a person has to know.
    if (this.#isLasting && SENT_AWAY.has(error.code)) return;
    this.#options.events.onError(serverError(error));
  }

  #down(closeCode: number, wasOpen: boolean): void {
    const { events } = this.#options;
    // The error message before the close says more than the close code.
    const told = this.#lastError && closesWith(this.#lastError, closeCode) ? this.#lastError : undefined;
    const untold = () => (wasOpen ? closeError(closeCode) : clientError("SERVER_UNREACHABLE"));
    const error = told ? serverError(told) : untold();
    if (this.#isLasting && !this.#isEnding && error.problem.retryable) {
      this.#reconnect(told?.retryAfterMs);
      return;
    }
    // Whoever comes back may go on with it.
    this.#session = "none";
    events.onState("closed");
    if (this.#isLasting && !error.problem.retryable) events.onRefused(error);
    else events.onLost(error);
  }

  /** The interview goes on by its audio meanwhile, but not beyond its own end. */
  #reconnect(minimumMs = 0): void {
    if (typeof this.#session !== "object") return;
    const { events } = this.#options;
    if (!this.#isReconnecting) {
      this.#isReconnecting = true;
      this.#stopTimers();
      this.#ready = new Promise((resolve) => (this.#onReady = resolve));
      const timeLeft = this.#timeLeft();
      if (timeLeft !== undefined) this.#giveUpTimer = setTimeout(() => events.onEnded("time_limit"), timeLeft);
      events.onState("reconnecting");
    }
    this.#isServed = false;
    this.#lastError = undefined;
    this.#exchange.fail(clientError("SERVER_LOST"));
    this.#line.reopen(this.#session.resumeToken, minimumMs);
  }

  /** Another socket serves the session from now on. */
  #settle(): void {
    this.#isReconnecting = false;
    this.#stopTimers();
    this.#line.settle();
    this.#options.events.onState("open");
  }

  /** The server is about to stop; by then, another one takes the session. */
  #moveAfter(ms: number): void {
    clearTimeout(this.#moveTimer);
    this.#moveTimer = setTimeout(() => {
      if (this.#isLasting && typeof this.#session === "object") this.#line.replace(this.#session.resumeToken);
    }, ms);
  }

  #stopTimers(): void {
    clearTimeout(this.#giveUpTimer);
    clearTimeout(this.#moveTimer);
  }

  #noteTime(seconds: number, isRunning: boolean): void {
    const { now } = this.#options.environment;
    const endsAt = now() + seconds * 1000;
    this.#timeLeft = isRunning ? () => endsAt - now() : () => seconds * 1000;
  }
}

function foretoldBy({ iceServers, dataChannel }: ServerMessageOf<"welcome">): OfferNeeds | undefined {
  if (iceServers !== "none" || dataChannel === undefined) return undefined;
  return { iceServers: [], dataChannel: dataChannel === "required" };
}

function closesWith({ code }: ErrorBody, closeCode: number): boolean {
  return isErrorCode(code) && ERRORS[code].close === closeCode;
}
