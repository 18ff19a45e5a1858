import type { EndReason } from "@interview-proxy/protocol";
import type { AudioSetup } from "./audio-setup.ts";
import { boundedWait, type TimeLimit } from "./bounded-wait.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { asInterviewError, clientError, type InterviewError } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import type { InterviewCallOptions } from "./interview-call-options.ts";
import type { KeptSession } from "./kept-session.ts";
import { LiveSnapshot } from "./live-snapshot.ts";
import { MediaLine } from "./media-line.ts";
import { microphoneOf } from "./interview-microphone.ts";
import type { Microphone } from "./microphone.ts";
import { watchPageLife } from "./page-life.ts";
import { QualityWatch } from "./quality-watch.ts";
import { notAtPresent } from "./not-at-present.ts";
import type { Scenario } from "./scenario.ts";
import { serverNews } from "./server-news.ts";
import { parseServerUrl } from "./server-url.ts";
import { SessionHold } from "./session-hold.ts";
import { say } from "./signalling/say.ts";
import { requestSession } from "./signalling/session-request.ts";
import type { HeldSession, Signalling, SignallingEvents, SignallingOptions } from "./signalling/signalling.ts";
import { type InterviewSnapshot, type InterviewState, NO_LINE, NOTHING_RUNS, SILENCE } from "./snapshot.ts";
import type { Store } from "./store.ts";
import { keepAwake } from "./wake-lock.ts";

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
  readonly audio: AudioSetup;
  /** Opens the line to the server, or takes one that is open. */
  readonly openSignalling: (options: InterviewLine) => Signalling;
}

/** What a line to the server has of the interview that it is for. */
export type InterviewLine = Pick<SignallingOptions, "resumes" | "signal" | "events">;

/**
 * One interview in this page: its microphone, its line to the server, and one call after another. They all hang on one
 * signal, which fires exactly once: when the interview is over here, for whatever reason came first.
 */
export class Interview {
  /** Resolves once both sides can hear each other; rejects with what ended the interview before that. */
  readonly connected: Promise<void>;
  readonly #context: InterviewContext;
  readonly #over = new AbortController();
  readonly #snapshot: LiveSnapshot;
  readonly #hold: SessionHold;
  readonly #microphone: Microphone;
  #signalling: Signalling | undefined;
  #mediaLine: MediaLine | undefined;
  #quality: QualityWatch | undefined;
  #disconnecting: Promise<void> | undefined;
  /** A server that was never told takes a candidate for not muted. */
  #wasMuteTold: boolean;

  /** Goes on with a session that the tab has kept, or begins another one, in whose stead the one that is kept ends. */
  constructor(context: InterviewContext, resumes: HeldSession | undefined) {
    const { signal } = this.#over;
    this.#context = context;
    this.#wasMuteTold = resumes !== undefined;
    this.#snapshot = new LiveSnapshot({ ...context, signal });
    this.#hold = new SessionHold({ ...context, resumes, onFormer: (former) => this.#endSession(former) });
    this.#microphone = microphoneOf({
      ...context,
      borrowed: context.options.mediaStream,
      snapshot: this.#snapshot,
      signal,
      onStream: async (stream) => this.#mediaLine?.speakThrough(stream),
    });
    const line = { ...NO_LINE, ice: "new", dtls: "new", peer: "new" } as const;
    this.#snapshot.patch({ state: "requesting_microphone", line });
    watchPageLife({ ...context, signal, onLeave: () => this.#onPageLeft(), onBack: () => this.#onPageBack() });
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

  /** The person is muted, or speaks again. */
  tellMute(): void {
    this.#signalling?.tell({ type: "mute", muted: this.#context.audio.choices.muted });
    this.#wasMuteTold = true;
  }

  /** Hands the interviewer a typed answer. */
  async say(text: string): Promise<void> {
    const { session } = this.#hold;
    if (session === undefined) throw notAtPresent("The server does not know the interview yet.");
    await say(session, text, this.#serverAccess());
  }

  /** The person hears nothing, or is not heard, although the line seems to be well. */
  reconnectAudio(): void {
    if (!CONVERSING.has(this.#snapshot.now.state)) throw notAtPresent("There is no call.");
    this.#mediaLine?.renew();
  }

  simulate(scenario: Scenario): void {
    if (scenario === "lose-device") this.#microphone.lose();
    else if (scenario !== "block-udp") this.#signalling?.simulate(scenario);
    else if (CONVERSING.has(this.#snapshot.now.state)) this.#mediaLine?.blockUdp();
    else throw notAtPresent("There is no call that could fail.");
  }

  async #establish(): Promise<void> {
    try {
      // Socket, peer and microphone come up side by side. The offer leaves only when the microphone is there, because
      // a call is billed from its creation.
      const signalling = this.#context.openSignalling({
        resumes: this.#hold.session,
        signal: this.#over.signal,
        events: this.#signallingEvents(),
      });
      this.#signalling = signalling;
      const mediaLine = this.#openMediaLine(signalling);
      await this.#step(this.#microphone.open());
      this.#snapshot.patch({ state: "signalling" });
      await this.#step(mediaLine.open());
      this.#watchQuality(mediaLine, signalling);
      keepAwake(this.#context.environment, this.#over.signal);
    } catch (error) {
      this.#failWith(error);
      // The error caught may be no more than the echo of what ended the interview.
      throw this.#over.signal.reason;
    }
  }

  /** Without a limit, the wait is for a person or for the browser itself, or has limits of its own. */
  #step<T>(work: Promise<T>, limit?: TimeLimit): Promise<T> {
    return boundedWait(work, { signal: this.#over.signal, limit });
  }

  #serverAccess() {
    const { options, environment, log } = this.#context;
    return { environment, log, url: parseServerUrl(options.url) };
  }

  #signallingEvents(): SignallingEvents {
    return {
      ...serverNews(this.#snapshot, this.#context.environment.now),
      onSession: (session) => {
        if (!this.isOver) this.#hold.hold(session);
      },
      onServed: () => {
        if (this.#context.audio.choices.muted || this.#wasMuteTold) this.tellMute();
      },
      onError: (error) => this.#onServerError(error),
      onLost: (error) => this.#fail(error),
      onRefused: (error) => this.#refuse(error),
      onEnded: (reason) => this.#end(reason),
      onReoffer: (reason) => this.#mediaLine?.reoffer(reason),
    };
  }

  /** Before the answer an error ends the attempt; after it, the interview may go on in spite of one. */
  #onServerError(error: InterviewError): void {
    const { state } = this.#snapshot.now;
    if (state === "requesting_microphone" || state === "signalling") this.#fail(error);
    else this.#snapshot.patch({ error: error.problem });
  }

  #openMediaLine(signalling: Signalling): MediaLine {
    const { options, environment, log, audio } = this.#context;
    this.#mediaLine = new MediaLine({
      environment,
      iceServers: options.iceServers ?? [],
      element: audio.element,
      signalling,
      signal: this.#over.signal,
      events: {
        onStates: (states) => {
          log.add("local", "line", `ICE ${states.ice}, DTLS ${states.dtls}, peer ${states.peer}`);
          this.#snapshot.patchLine(states);
        },
        onRemoteStream: (remoteStream) => this.#snapshot.patch({ remoteStream }),
        onNeedsGesture: (needsGesture) => this.#snapshot.patch({ needsGesture }),
        onAnswered: () => this.#onAnswered(),
        onUp: (isUp) => this.#onUp(isUp),
        onFailed: (error) => this.#failWith(error),
      },
    });
    return this.#mediaLine;
  }

  #onAnswered(): void {
    if (!this.isOver) this.#hold.begin();
    if (this.#snapshot.now.state === "signalling") this.#snapshot.patch({ state: "connecting" });
  }

  #onUp(isUp: boolean): void {
    if (this.#disconnecting) return;
    this.#snapshot.patch(isUp ? { state: "connected" } : { state: "interrupted", speaking: SILENCE });
    this.#quality?.connectionChanged();
  }

  #watchQuality(mediaLine: MediaLine, signalling: Signalling): void {
    this.#quality = new QualityWatch({
      read: () => mediaLine.getStats(),
      now: () => this.#snapshot.now,
      onStill: () => mediaLine.reoffer("call_lost"),
      signal: this.#over.signal,
      onQuality: (quality) => this.#snapshot.patch({ quality }),
      tell: (report) => signalling.tell({ type: "stats", ...report }),
    });
  }

  /** The page may come back by a reload. Where nothing is kept for that, the interview ends with it. */
  #onPageLeft(): void {
    if (!this.#hold.isKept) this.leave();
    else this.#finish({ state: "idle" }, new DOMException("The page was left.", "AbortError"));
  }

  #onPageBack(): void {
    this.#signalling?.probe();
    this.#mediaLine?.wake();
  }

  async #disconnect(): Promise<void> {
    const signalling = this.#signalling;
    if (!signalling || !CONVERSING.has(this.#snapshot.now.state)) return this.leave();
    this.#snapshot.patch({ state: "disconnecting" });
    this.#mediaLine?.rest();
    const confirmed = this.#step(signalling.end(), END_LIMIT).catch(() => undefined);
    this.#end((await confirmed) ?? "client_disconnected");
  }

  #failWith(error: unknown): void {
    this.#fail(asInterviewError(error));
  }

  #fail(error: InterviewError): void {
    if (this.isOver) return;
    if (this.#disconnecting) return this.#end("client_disconnected");
    // Before the microphone there is no call that costs anything, and the person may connect again with the same
    // session once the microphone is allowed; what is kept may be resumed. The server ends it where nobody does.
    const isLeftOpen = this.#snapshot.now.state === "requesting_microphone" || this.#hold.isKept;
    if (!isLeftOpen) void this.#signalling?.end();
    this.#finish({ state: "failed", error: error.problem }, error);
    if (error.problem.code === "MICROPHONE_DENIED") this.#context.audio.refused();
  }

  /** The session is not this tab's any more. */
  #refuse(error: InterviewError): void {
    if (this.isOver) return;
    this.#hold.forget();
    this.#fail(error);
  }

  #end(reason: EndReason): void {
    if (this.isOver) return;
    this.#hold.forget();
    this.#finish(
      { state: "disconnected", endReason: reason },
      new DOMException("The interview was disconnected.", "AbortError"),
    );
  }

  #finish(outcome: Partial<InterviewSnapshot>, reason: Error): void {
    if (this.isOver) return;
    // First let go of everything: whoever hears of the end may rely on the microphone being off, or connect again.
    this.#over.abort(reason);
    this.#snapshot.finish({
      ...outcome,
      ...NOTHING_RUNS,
      canResume: this.#context.kept.read() !== undefined,
    });
  }

  #endSession(former: HeldSession): void {
    void requestSession(former, { method: "DELETE" }, this.#serverAccess());
  }
}
