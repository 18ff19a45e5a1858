import type { EndReason } from "@interview-proxy/protocol";
import { withDelta, withHoles, withTurn } from "./captions.ts";
import { boundedWait, type TimeLimit } from "./bounded-wait.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { clientError, InterviewError } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import type { InterviewClientOptions } from "./interview-client-options.ts";
import { openMicrophone } from "./microphone.ts";
import { createPeer, type Peer } from "./peer.ts";
import { createRemoteAudio, type RemoteAudio } from "./remote-audio.ts";
import { parseServerUrl } from "./server-url.ts";
import { createHttpSignalling } from "./signalling/http.ts";
import type { Signalling, SignallingEvents, TalkMessage } from "./signalling/signalling.ts";
import { createWebSocketSignalling } from "./signalling/websocket.ts";
import { IDLE, type InterviewSnapshot, type LineStates, NO_LINE, type SignallingState, SILENCE } from "./snapshot.ts";
import type { Store } from "./store.ts";

/** From the microphone to the answer. The server gives up on the voice service before that and says why. */
const ANSWER_LIMIT: TimeLimit = { ms: 30_000, error: () => clientError("SERVER_TIMEOUT") };

/** From the answer to the audio line. Browsers report a failed line after about 15 s, but not in every case. */
const CONNECT_LIMIT: TimeLimit = { ms: 20_000, error: () => clientError("AUDIO_LINE_FAILED") };

/** How long the server may take to confirm the end of a session before the page goes on without it. */
const END_LIMIT: TimeLimit = { ms: 2_000, error: () => clientError("SERVER_TIMEOUT") };

/** How long the server may take to tell why the voice service hung up. */
const HANG_UP_GRACE_MS = 2_000;

export interface CallContext {
  readonly options: InterviewClientOptions;
  readonly environment: BrowserEnvironment;
  readonly store: Store<InterviewSnapshot>;
  readonly log: EventLog;
}

/**
 * One attempt and the call that comes of it. Microphone, peer, socket, audio and timers all hang on one signal, which
 * fires exactly once: when the call is over, for whatever reason came first.
 */
export class Call {
  /** Resolves once both sides can hear each other; rejects with what ended the call before that. */
  readonly connected: Promise<void>;
  readonly #context: CallContext;
  readonly #over = new AbortController();
  #signalling: Signalling | undefined;
  #peer: Peer | undefined;
  #remoteAudio: RemoteAudio | undefined;
  #disconnecting: Promise<void> | undefined;

  constructor(context: CallContext) {
    this.#context = context;
    context.store.set(IDLE);
    this.#patch({ state: "requesting_microphone", line: { ...NO_LINE, ice: "new", dtls: "new", peer: "new" } });
    context.environment.page.addEventListener("pagehide", () => this.leave(), { signal: this.#over.signal });
    this.connected = this.#establish();
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Ends the session politely. */
  disconnect(): Promise<void> {
    this.#disconnecting ??= this.#disconnect();
    return this.#disconnecting;
  }

  /** Ends the call here and now, and tells the server as far as that goes without waiting. */
  leave(reason: EndReason = "client_disconnected"): void {
    if (this.isOver) return;
    if (!this.#disconnecting) void this.#signalling?.end();
    this.#end(reason);
  }

  async resumeAudio(): Promise<void> {
    await this.#remoteAudio?.resume();
  }

  getStats(): Promise<RTCStatsReport> | undefined {
    return this.isOver ? undefined : this.#peer?.getStats();
  }

  async #establish(): Promise<void> {
    try {
      // Socket, peer and microphone come up side by side. The offer leaves only when the microphone is there, because
      // a call is billed from its creation.
      const signalling = this.#openSignalling();
      const peer = this.#openPeer();
      const microphone = await this.#step(this.#openMicrophone());
      peer.speakThrough(microphone);
      this.#patch({ state: "signalling", localStream: microphone });
      const answer = await this.#step(this.#negotiate(signalling, peer), ANSWER_LIMIT);
      this.#patch({ state: "connecting" });
      await this.#step(peer.connect(answer), CONNECT_LIMIT);
      this.#patch({ state: "connected" });
    } catch (error) {
      this.#fail(error instanceof InterviewError ? error : clientError("INTERNAL", { cause: error }));
      // The error caught may be no more than the echo of what ended the call.
      throw this.#over.signal.reason;
    }
  }

  /** The server's part, in one limit for all of it. Over WebSocket the ICE servers have mostly come by now. */
  async #negotiate(signalling: Signalling, peer: Peer): Promise<string> {
    const iceServers = await this.#step(signalling.iceServers);
    const offer = await this.#step(peer.offer(iceServers));
    return this.#step(signalling.exchange(offer));
  }

  /** Without a limit, the wait is for a person or for the browser itself, or is part of a wait that has one. */
  #step<T>(work: Promise<T>, limit?: TimeLimit): Promise<T> {
    return boundedWait(work, { signal: this.#over.signal, ...(limit && { limit }) });
  }

  #openSignalling(): Signalling {
    const { options, environment, log } = this.#context;
    const create = options.signalling === "http" ? createHttpSignalling : createWebSocketSignalling;
    this.#signalling = create({
      environment,
      url: parseServerUrl(options.url),
      token: options.token,
      sessionId: options.sessionId,
      aiPersona: options.aiPersona,
      signal: this.#over.signal,
      log,
      events: this.#signallingEvents(),
    });
    return this.#signalling;
  }

  #signallingEvents(): SignallingEvents {
    return {
      onState: (signalling) => this.#onSignallingState(signalling),
      onFacts: (facts) => this.#patch(facts),
      onError: (error) => this.#onServerError(error),
      onLost: (error) => this.#fail(error),
      onEnded: (reason) => this.#end(reason),
      onTimeLeft: (seconds) => this.#patch({ endsAt: this.#secondsFromNow(seconds) }),
      onTimeWarning: (seconds) => this.#patch({ endsAt: this.#secondsFromNow(seconds), timeWarning: seconds }),
      onTalk: (message) => this.#onTalk(message),
      onUnknownMessage: () => this.#patch({ unknownMessages: this.#context.store.getSnapshot().unknownMessages + 1 }),
    };
  }

  /** While the line is down nobody tells who speaks, nor what. */
  #onSignallingState(signalling: SignallingState): void {
    this.#patchLine({ signalling });
    if (signalling !== "reconnecting") return;
    this.#patch({ speaking: SILENCE, captions: withHoles(this.#context.store.getSnapshot().captions) });
  }

  #secondsFromNow(seconds: number): number {
    return this.#context.environment.now() + seconds * 1000;
  }

  #onTalk(message: TalkMessage): void {
    const { captions, speaking } = this.#context.store.getSnapshot();
    if (message.type === "speaking") this.#patch({ speaking: { ...speaking, [message.role]: message.active } });
    else if (message.type === "turn") this.#patch({ captions: withTurn(captions, message) });
    else this.#patch({ captions: withDelta(captions, message) });
  }

  /** Before the answer an error is the answer; after it, the interview may go on in spite of one. */
  #onServerError(error: InterviewError): void {
    const { state } = this.#context.store.getSnapshot();
    if (state === "requesting_microphone" || state === "signalling") this.#fail(error);
    else this.#patch({ error: error.problem });
  }

  #openPeer(): Peer {
    const { options, environment, log } = this.#context;
    const { signal } = this.#over;
    const element = options.audioElement ?? environment.createAudioElement();
    const onNeedsGesture = (needsGesture: boolean) => this.#patch({ needsGesture });
    const remoteAudio = createRemoteAudio({ element, signal, onNeedsGesture });
    this.#remoteAudio = remoteAudio;
    this.#peer = createPeer({
      environment,
      iceServers: options.iceServers ?? [],
      signal,
      onStates: (states) => {
        log.add("local", "line", `ICE ${states.ice}, DTLS ${states.dtls}, peer ${states.peer}`);
        this.#patchLine(states);
      },
      onRemoteStream: (remoteStream) => {
        this.#patch({ remoteStream });
        remoteAudio.play(remoteStream);
      },
      onFailed: () => this.#fail(clientError("AUDIO_LINE_FAILED")),
      onHungUp: () => this.#onHungUp(),
    });
    return this.#peer;
  }

  /** The voice service hung up. The server knows why and says so in a moment; this is for when it does not. */
  #onHungUp(): void {
    const timer = setTimeout(() => this.leave("upstream_ended"), HANG_UP_GRACE_MS);
    this.#over.signal.addEventListener("abort", () => clearTimeout(timer));
  }

  async #openMicrophone(): Promise<MediaStream> {
    const { options, environment } = this.#context;
    const { signal } = this.#over;
    const microphone =
      options.mediaStream ?? (await openMicrophone({ getUserMedia: environment.getUserMedia, signal }));
    const onEnded = () => this.#patch({ error: clientError("MICROPHONE_LOST").problem });
    for (const track of microphone.getAudioTracks()) track.addEventListener("ended", onEnded, { signal });
    return microphone;
  }

  async #disconnect(): Promise<void> {
    const signalling = this.#signalling;
    if (!signalling || this.#context.store.getSnapshot().state !== "connected") return this.leave();
    this.#patch({ state: "disconnecting" });
    const confirmed = this.#step(signalling.end(), END_LIMIT).catch(() => undefined);
    this.#end((await confirmed) ?? "client_disconnected");
  }

  #fail(error: InterviewError): void {
    if (this.isOver) return;
    if (this.#disconnecting) return this.#end("client_disconnected");
    // Before the microphone there is no call that costs anything, and the person may connect again with the same
    // session once the microphone is allowed. The server ends it where nobody does.
    if (this.#context.store.getSnapshot().state !== "requesting_microphone") void this.#signalling?.end();
    this.#finish({ state: "failed", error: error.problem }, error);
  }

  #end(reason: EndReason): void {
    this.#finish(
      { state: "disconnected", endReason: reason },
      new DOMException("The interview was disconnected.", "AbortError"),
    );
  }

  #finish(outcome: Partial<InterviewSnapshot>, reason: Error): void {
    if (this.isOver) return;
    // First let go of everything: whoever hears of the end may rely on the microphone being off, or connect again.
    this.#over.abort(reason);
    const nothing = { line: NO_LINE, localStream: undefined, remoteStream: undefined, needsGesture: false };
    const noTime = { endsAt: undefined, timeWarning: undefined };
    this.#publish({ ...outcome, ...nothing, ...noTime, speaking: SILENCE });
  }

  #patchLine(states: Partial<LineStates>): void {
    this.#patch({ line: { ...this.#context.store.getSnapshot().line, ...states } });
  }

  /** What is over changes nothing any more: the store may belong to the next call by then. */
  #patch(patch: Partial<InterviewSnapshot>): void {
    if (!this.isOver) this.#publish(patch);
  }

  #publish(patch: Partial<InterviewSnapshot>): void {
    const { store, log } = this.#context;
    if (patch.state) log.add("local", "state", patch.state);
    store.set({ ...store.getSnapshot(), ...patch });
  }
}
