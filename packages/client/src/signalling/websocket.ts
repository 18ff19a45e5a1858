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
  readonly #options: SignallingOptions;
  readonly #opened: Promise<WebSocket>;
  readonly #answered: Promise<string>;
  readonly #disconnected: Promise<EndReason>;
  #onAnswer: (sdp: string) => void = () => {};
  #onDisconnected: (reason: EndReason) => void = () => {};
  #socket: WebSocket | undefined;
  #lastError: ErrorBody | undefined;

  constructor(options: SignallingOptions) {
    this.#options = options;
    this.#answered = new Promise((resolve) => (this.#onAnswer = resolve));
    this.#disconnected = new Promise((resolve) => (this.#onDisconnected = resolve));
    this.#opened = this.#open();
    // Reported here, because the microphone's question may stand for minutes before anyone awaits the socket.
    this.#opened.catch((error: unknown) => this.#reportFailedOpening(error));
  }

  async exchange(offerSdp: string): Promise<string> {
    await this.#opened;
    const { sessionId, aiPersona } = this.#options;
    const session = sessionId === undefined ? {} : { sessionId };
    // Both at once: waiting for `welcome` or `initialized` would cost a round trip each.
    this.#send({ type: "init", protocol: PROTOCOL_VERSION, ...session, ...(aiPersona !== undefined && { aiPersona }) });
    this.#send({ type: "sdp_offer", ...session, offer: { type: "offer", sdp: offerSdp } });
    return this.#answered;
  }

  end(): Promise<EndReason> {
    this.#send({ type: "disconnect" });
    return this.#disconnected;
  }

  async #open(): Promise<WebSocket> {
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
    await new Promise((resolve) => socket.addEventListener("open", resolve, { signal }));
    wasOpen = true;
    log.add("local", "socket", "open");
    events.onState("open");
    return socket;
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
        events.onFacts({ sessionId: message.sessionId, deadline: message.deadline });
        return;
      case "sdp_answer":
        events.onFacts({ sessionId: message.sessionId, callId: message.callId });
        this.#onAnswer(message.answer.sdp);
        return;
      case "disconnected":
        this.#onDisconnected(message.reason);
        return;
      case "ended":
        events.onEnded(message.reason);
        return;
      case "transcript_delta":
      case "turn":
      case "speaking":
        events.onTalk(message);
        return;
      case "error":
        this.#lastError = message;
        events.onError(serverError(message));
        return;
      // What a session is doing follows from the messages above; nobody here sends `ping`.
      case "state":
      case "pong":
        return;
    }
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
