import {
  type ClientMessage,
  type EndReason,
  ERRORS,
  isErrorCode,
  type ErrorBody,
  MAX_MESSAGE_BYTES,
  parseServerMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
} from "@interview-proxy/protocol";
import { clientError, closeError, InterviewError, serverError } from "../errors.ts";
import type { Signalling, SignallingOptions } from "./signalling.ts";
import { resolveToken } from "./token.ts";

/** `WebSocket.OPEN`, which a replaced WebSocket need not carry. */
const OPEN = 1;

/** Signalling over one socket, which begins to open at once, beside the microphone. */
export function createWebSocketSignalling(options: SignallingOptions): Signalling {
  return new WebSocketSignalling(options);
}

class WebSocketSignalling implements Signalling {
  readonly iceServers: Promise<readonly RTCIceServer[]>;
  readonly #options: SignallingOptions;
  readonly #answered: Promise<string>;
  readonly #disconnected: Promise<EndReason>;
  #onIceServers: (servers: readonly RTCIceServer[]) => void = () => {};
  #onAnswer: (sdp: string) => void = () => {};
  #onDisconnected: (reason: EndReason) => void = () => {};
  #socket: WebSocket | undefined;
  #lastError: ErrorBody | undefined;
  /** `asked`: `init` is sent, and whatever comes of it is to be ended with this call. */
  #session: "none" | "asked" | "ours" = "none";

  constructor(options: SignallingOptions) {
    this.#options = options;
    this.iceServers = new Promise((resolve) => (this.#onIceServers = resolve));
    this.#answered = new Promise((resolve) => (this.#onAnswer = resolve));
    this.#disconnected = new Promise((resolve) => (this.#onDisconnected = resolve));
    this.#open().catch((error: unknown) => this.#reportFailedOpening(error));
  }

  exchange(offerSdp: string): Promise<string> {
    this.#send({ type: "sdp_offer", offer: { type: "offer", sdp: offerSdp } });
    return this.#answered;
  }

  end(): Promise<EndReason> {
    if (this.#session !== "none") this.#send({ type: "disconnect" });
    return this.#disconnected;
  }

  async #open(): Promise<void> {
    const { environment, url, signal, events, log } = this.#options;
    events.onState("connecting");
    const token = await resolveToken(this.#options.token);
    signal.throwIfAborted();
    const socket = new environment.WebSocket(url.webSocket, token === undefined ? [] : ["bearer", token]);
    this.#socket = socket;
    signal.addEventListener("abort", () => socket.close(1000));
    socket.addEventListener("message", ({ data }) => this.#receive(data), { signal });
    let wasOpen = false;
    socket.addEventListener("close", ({ code }) => this.#closed(code, wasOpen), { signal });
    const onOpen = () => {
      wasOpen = true;
      log.add("local", "socket", "open");
      events.onState("open");
      this.#init();
    };
    socket.addEventListener("open", onOpen, { signal });
  }

  /** At once, without waiting for `welcome` or the microphone, so that its round trip costs the person no time. */
  #init(): void {
    const { sessionId, aiPersona } = this.#options;
    this.#session = "asked";
    this.#send({
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

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState !== OPEN) return;
    this.#socket.send(JSON.stringify(message));
    this.#options.log.add("sent", message.type);
  }

  #receive(data: unknown): void {
    const { events, log } = this.#options;
    const message = typeof data === "string" && data.length <= MAX_MESSAGE_BYTES ? parseServerMessage(data) : undefined;
    if (!message) {
      log.add("received", "unknown");
      events.onUnknownMessage();
      return;
    }
    // Words by the dozen would push everything else out of the log.
    if (message.type !== "transcript_delta") log.add("received", message.type, detailOf(message));
    this.#handle(message);
  }

  #handle(message: ServerMessage): void {
    const { events } = this.#options;
    switch (message.type) {
      case "welcome":
        events.onFacts({ simulation: message.simulation });
        return;
      case "initialized":
        this.#session = "ours";
        // The parsed type allows members that are `undefined`; JSON has none.
        this.#onIceServers(message.iceServers as readonly RTCIceServer[]);
        events.onFacts({ sessionId: message.sessionId, deadline: message.deadline });
        events.onTimeLeft(message.remainingSeconds);
        return;
      case "sdp_answer":
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
      // What a session is doing follows from the messages above; nobody here sends `ping`.
      case "state":
      case "resumed":
      case "pong":
        return;
    }
  }

  #refused(error: ErrorBody): void {
    const { events } = this.#options;
    this.#lastError = error;
    const isTakenOver = error.code === "SESSION_TAKEN_OVER";
    // In place of `initialized`, an error says that this socket gets no session. One that was taken over is another
    // window's now. Ending either would end an interview that is not this call's.
    if (isTakenOver || this.#session === "asked") this.#session = "none";
    if (isTakenOver) events.onLost(serverError(error));
    else events.onError(serverError(error));
  }

  #closed(code: number, wasOpen: boolean): void {
    const { events, log } = this.#options;
    const lastError = this.#lastError;
    log.add("local", "socket", `closed ${code}`);
    events.onState("closed");
    // The error message before the close says more than the close code.
    if (lastError && isErrorCode(lastError.code) && ERRORS[lastError.code].close === code)
      events.onLost(serverError(lastError));
    else events.onLost(wasOpen ? closeError(code) : clientError("SERVER_UNREACHABLE"));
  }
}

/** What the log keeps of a message besides its type. */
function detailOf(message: ServerMessage): string | undefined {
  if (message.type === "error") return message.code;
  if (message.type === "ended" || message.type === "disconnected") return message.reason;
  return message.type === "state" ? message.state : undefined;
}
