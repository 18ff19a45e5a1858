import type { EndReason } from "@interview-proxy/protocol";
import { withHoles } from "./captions.ts";
import { boundedWait, type TimeLimit } from "./bounded-wait.ts";
import type { AudioChoices } from "./audio-choices.ts";
import type { DeviceWatch } from "./devices.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { clientError, InterviewError } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import type { InterviewCallOptions } from "./interview-call-options.ts";
import type { KeptSession } from "./kept-session.ts";
import { MediaLine } from "./media-line.ts";
import { Microphone } from "./microphone.ts";
import { parseServerUrl } from "./server-url.ts";
import { endSession } from "./signalling/end-session.ts";
import { createHttpSignalling } from "./signalling/http.ts";
import type { HeldSession, Signalling, SignallingEvents, TimeLeft } from "./signalling/signalling.ts";
import { createWebSocketSignalling } from "./signalling/websocket.ts";
import {
  IDLE,
  type InterviewSnapshot,
  type InterviewState,
  type LineStates,
  NO_LINE,
  type SignallingState,
  SILENCE,
} from "./snapshot.ts";
import type { Store } from "./store.ts";
import { heard } from "./talk.ts";

/** How long the server may take to confirm the end of a session before the page goes on without it. */
const END_LIMIT: TimeLimit = { ms: 2_000, error: () => clientError("SERVER_TIMEOUT") };

/** In these the server is asked to end the interview, and waited for. */
const CONVERSING: ReadonlySet<InterviewState> = new Set(["connected", "interrupted"]);

export interface InterviewContext {
  readonly options: InterviewCallOptions;
  readonly environment: BrowserEnvironment;
  readonly store: Store<InterviewSnapshot>;
  readonly log: EventLog;
  readonly kept: KeptSession;
  readonly choices: AudioChoices;
  readonly devices: DeviceWatch;
  /** Plays the interviewer. */
  readonly element: HTMLAudioElement;
}

/**
 * One interview in this page: its microphone, its line to the server, and one call after another. They all hang on one
 * signal, which fires exactly once: when the interview is over here, for whatever reason came first.
 */
export class Interview {
  /** Resolves once both sides can hear each other; rejects with what ended the interview before that. */
  readonly connected: Promise<void>;
  readonly #context: InterviewContext;
  readonly #over = new AbortController();
  #signalling: Signalling | undefined;
  #mediaLine: MediaLine | undefined;
  readonly microphone: Microphone;
  #disconnecting: Promise<void> | undefined;
  /** The session as it was last told, and whether there is an interview in it that could go on after a reload. */
  #held: HeldSession | undefined;
  #isUnderWay: boolean;

  /** Goes on with a session that the tab has kept, or begins another one, in whose stead the one that is kept ends. */
  constructor(context: InterviewContext, resumes: HeldSession | undefined) {
    this.#context = context;
    this.#held = resumes;
    this.#isUnderWay = resumes !== undefined;
    const { muted, devices } = context.store.getSnapshot();
    context.store.set({ ...IDLE, muted, devices });
    this.microphone = this.#createMicrophone();
    this.#patch({ state: "requesting_microphone", line: { ...NO_LINE, ice: "new", dtls: "new", peer: "new" } });
    context.environment.page.addEventListener("pagehide", () => this.#onPageHide(), { signal: this.#over.signal });
    this.connected = this.#establish();
  }

  get #state(): InterviewState {
    return this.#context.store.getSnapshot().state;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Ends the session politely. */
  disconnect(): Promise<void> {
    this.#disconnecting ??= this.#disconnect();
    return this.#disconnecting;
  }

  /** Ends the interview here and now, and tells the server as far as that goes without waiting. */
  leave(): void {
    if (this.isOver) return;
    if (!this.#disconnecting) void this.#signalling?.end();
    this.#end("client_disconnected");
  }

  async resumeAudio(): Promise<void> {
    await this.#mediaLine?.resumeAudio();
  }

  getStats(): Promise<RTCStatsReport> | undefined {
    return this.isOver ? undefined : this.#mediaLine?.getStats();
  }

  async #establish(): Promise<void> {
    try {
      // Socket, peer and microphone come up side by side. The offer leaves only when the microphone is there, because
      // a call is billed from its creation.
      const signalling = this.#openSignalling();
      const mediaLine = this.#openMediaLine(signalling);
      const microphone = await this.#step(this.microphone.open());
      this.#patch({ state: "signalling" });
      await this.#step(mediaLine.open(microphone));
    } catch (error) {
      this.#failWith(error);
      // The error caught may be no more than the echo of what ended the interview.
      throw this.#over.signal.reason;
    }
  }

  /** Without a limit, the wait is for a person or for the browser itself, or has limits of its own. */
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
      resumes: this.#held,
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
      onSession: (held) => this.#hold(held),
      onError: (error) => this.#onServerError(error),
      onLost: (error) => this.#fail(error),
      onRefused: (error) => this.#refuse(error),
      onEnded: (reason) => this.#end(reason),
      onTimeLeft: (time) => this.#patch(this.#timeFacts(time)),
      onTimeWarning: (seconds) => this.#patch({ endsAt: this.#secondsFromNow(seconds), timeWarning: seconds }),
      onReoffer: (reason) => this.#mediaLine?.reoffer(reason),
      onTalk: (message) => this.#patch(heard(this.#context.store.getSnapshot(), message)),
      onUnknownMessage: () => this.#patch({ unknownMessages: this.#context.store.getSnapshot().unknownMessages + 1 }),
    };
  }

  /** While the line is down nobody tells who speaks, nor what. */
  #onSignallingState(signalling: SignallingState): void {
    this.#patchLine({ signalling });
    if (signalling !== "reconnecting") return;
    this.#patch({ speaking: SILENCE, captions: withHoles(this.#context.store.getSnapshot().captions) });
  }

  #timeFacts({ seconds, isRunning }: TimeLeft): Partial<InterviewSnapshot> {
    return isRunning
      ? { endsAt: this.#secondsFromNow(seconds), pausedSecondsLeft: undefined }
      : { endsAt: undefined, pausedSecondsLeft: seconds };
  }

  #secondsFromNow(seconds: number): number {
    return this.#context.environment.now() + seconds * 1000;
  }

  /** Before the answer an error ends the attempt; after it, the interview may go on in spite of one. */
  #onServerError(error: InterviewError): void {
    if (this.#state === "requesting_microphone" || this.#state === "signalling") this.#fail(error);
    else this.#patch({ error: error.problem });
  }

  #openMediaLine(signalling: Signalling): MediaLine {
    const { options, environment, log } = this.#context;
    this.#mediaLine = new MediaLine({
      environment,
      iceServers: options.iceServers ?? [],
      element: this.#context.element,
      signalling,
      signal: this.#over.signal,
      events: {
        onStates: (states) => {
          log.add("local", "line", `ICE ${states.ice}, DTLS ${states.dtls}, peer ${states.peer}`);
          this.#patchLine(states);
        },
        onRemoteStream: (remoteStream) => this.#patch({ remoteStream }),
        onNeedsGesture: (needsGesture) => this.#patch({ needsGesture }),
        onAnswered: () => this.#onAnswered(),
        onUp: (isUp) => this.#onUp(isUp),
        onFailed: (error) => this.#failWith(error),
      },
    });
    return this.#mediaLine;
  }

  #onAnswered(): void {
    this.#isUnderWay = true;
    if (this.#held) this.#hold(this.#held);
    if (this.#state === "signalling") this.#patch({ state: "connecting" });
  }

  #onUp(isUp: boolean): void {
    if (this.#disconnecting) return;
    this.#patch(isUp ? { state: "connected" } : { state: "interrupted", speaking: SILENCE });
  }

  /** Each token replaces the one before, and another interview the one that the tab has kept. */
  #hold(held: HeldSession): void {
    if (this.isOver) return;
    const { options, environment, log, kept } = this.#context;
    const former = kept.read();
    if (former && former.sessionId !== held.sessionId) {
      kept.forget();
      void endSession(former, { environment, url: parseServerUrl(options.url), log });
    }
    this.#held = held;
    if (this.#isUnderWay) kept.keep(held);
  }

  /** True where a reload could go on with it. */
  get #isKept(): boolean {
    return this.#held !== undefined && this.#context.kept.read()?.sessionId === this.#held.sessionId;
  }

  #forget(): void {
    if (this.#isKept) this.#context.kept.forget();
  }

  #createMicrophone(): Microphone {
    const { options, environment, choices, devices } = this.#context;
    return new Microphone({
      environment,
      choices,
      borrowed: options.mediaStream,
      signal: this.#over.signal,
      events: {
        onStream: async (stream) => {
          this.#patch({ localStream: stream });
          if (stream === undefined) return;
          await this.#mediaLine?.replaceMicrophone(stream);
          void devices.saw("granted");
        },
        onProblem: (error) => this.#patch({ error: error.problem }),
        onSolved: () => {},
      },
    });
  }

  /** The page may come back by a reload. Where nothing is kept for that, the interview ends with it. */
  #onPageHide(): void {
    if (!this.#isKept) this.leave();
    else this.#finish({ state: "idle" }, new DOMException("The page was left.", "AbortError"));
  }

  async #disconnect(): Promise<void> {
    const signalling = this.#signalling;
    if (!signalling || !CONVERSING.has(this.#state)) return this.leave();
    this.#patch({ state: "disconnecting" });
    this.#mediaLine?.rest();
    const confirmed = this.#step(signalling.end(), END_LIMIT).catch(() => undefined);
    this.#end((await confirmed) ?? "client_disconnected");
  }

  #failWith(error: unknown): void {
    this.#fail(error instanceof InterviewError ? error : clientError("INTERNAL", { cause: error }));
  }

  #fail(error: InterviewError): void {
    if (this.isOver) return;
    if (this.#disconnecting) return this.#end("client_disconnected");
    // Before the microphone there is no call that costs anything, and the person may connect again with the same
    // session once the microphone is allowed; what is kept may be resumed. The server ends it where nobody does.
    const isLeftOpen = this.#state === "requesting_microphone" || this.#isKept;
    if (!isLeftOpen) void this.#signalling?.end();
    this.#finish({ state: "failed", error: error.problem }, error);
  }

  /** The session is not this tab's any more. */
  #refuse(error: InterviewError): void {
    if (this.isOver) return;
    this.#forget();
    this.#fail(error);
  }

  #end(reason: EndReason): void {
    if (this.isOver) return;
    this.#forget();
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
    const noTime = { endsAt: undefined, pausedSecondsLeft: undefined, timeWarning: undefined };
    const canResume = this.#context.kept.read() !== undefined;
    this.#publish({ ...outcome, ...nothing, ...noTime, canResume, speaking: SILENCE });
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
