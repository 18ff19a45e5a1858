import type { ReofferReason } from "@interview-proxy/protocol";
import { Call } from "./call.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { InterviewError } from "./errors.ts";
import { pause } from "./pause.ts";
import type { PeerStates } from "./peer.ts";
import { createRemoteAudio, type RemoteAudio } from "./remote-audio.ts";
import { reconnectDelay } from "./signalling/reconnect-delay.ts";
import type { Signalling } from "./signalling/signalling.ts";

/** So many calls in a row that are answered but carry no sound: the network lets none through, and each of them costs. */
const MAX_SILENT_CALLS = 3;

interface MediaLineOptions {
  readonly environment: Pick<BrowserEnvironment, "RTCPeerConnection" | "MediaStream" | "page" | "random">;
  readonly iceServers: readonly RTCIceServer[];
  /** Plays the interviewer. */
  readonly element: HTMLAudioElement;
  readonly signalling: Signalling;
  /** Closes the line. */
  readonly signal: AbortSignal;
  readonly events: MediaLineEvents;
}

interface MediaLineEvents {
  /** The states of the newest call's connection. */
  onStates(states: PeerStates): void;
  /** The interviewer's voice is heard by another stream. */
  onRemoteStream(stream: MediaStream): void;
  onNeedsGesture(needsGesture: boolean): void;
  /** A call was answered; whether it carries sound shows later. */
  onAnswered(): void;
  /** Both sides can hear each other, or not any more. */
  onUp(isUp: boolean): void;
  /** The line could not be kept up. */
  onFailed(error: unknown): void;
}

/**
 * The audio line to the interviewer: one call after another. Where one is lost, or the server asks for another, that is made
 * beside it, and the one before is let go when the new one carries sound.
 */
export class MediaLine {
  readonly #options: MediaLineOptions;
  readonly #remoteAudio: RemoteAudio;
  #microphone: MediaStream | undefined;
  /** The call that is heard, or was last. */
  #current: Call | undefined;
  /** The call that is being made. */
  #next: Call | undefined;
  /** The server wants another call in place of one that is well. */
  #isAskedFor = false;
  #isUp = false;
  #isMaking = false;
  #isResting = false;
  #silentCalls = 0;
  #avoidsUdp = false;

  /** The first peer comes up at once, beside microphone and socket. Throws `WEBRTC_UNAVAILABLE`. */
  constructor(options: MediaLineOptions) {
    const { element, environment, signal, events } = options;
    this.#options = options;
    const onNeedsGesture = (needsGesture: boolean) => events.onNeedsGesture(needsGesture);
    this.#remoteAudio = createRemoteAudio({ element, page: environment.page, signal, onNeedsGesture });
    this.#next = this.#createCall();
  }

  /**
   * Makes the first call, once there is a microphone to speak through; resolves once both sides can hear each other, and rejects as
   * {@link Call.make} does.
   */
  open(): Promise<void> {
    return this.#keepMaking();
  }

  /** A microphone, or another one, is heard from now on. */
  async speakThrough(microphone: MediaStream): Promise<void> {
    this.#microphone = microphone;
    await this.#current?.replaceMicrophone(microphone);
    await this.#next?.replaceMicrophone(microphone);
  }

  /** The server asks for another call. */
  reoffer(reason: ReofferReason): void {
    if (reason === "call_limit") return this.renew();
    // Before the answer, the call that is lost is the one that is being replaced anyway.
    else if (this.#next === undefined) this.#current?.lose();
    else if (this.#next.isAnswered) this.#next.lose();
    this.#renewIfNeeded();
  }

  /** Another call is made in place of one that goes on meanwhile. */
  renew(): void {
    this.#isAskedFor = true;
    this.#renewIfNeeded();
  }

  /** Makes no further call: the interview is about to end. */
  rest(): void {
    this.#isResting = true;
    if (this.#current !== undefined) this.#next?.close();
  }

  resumeAudio(): Promise<void> {
    return this.#remoteAudio.resume();
  }

  /** The page is seen or runs again: a phone may have stopped the sound meanwhile. */
  wake(): void {
    this.#remoteAudio.wake();
  }

  /** From now on no UDP passes, as far as this line is concerned. */
  blockUdp(): void {
    this.#avoidsUdp = true;
    this.reoffer("call_lost");
  }

  getStats(): Promise<RTCStatsReport> | undefined {
    return (this.#current ?? this.#next)?.getStats();
  }

  #createCall(): Call {
    const { events } = this.#options;
    const call = new Call({
      ...this.#options,
      avoidsUdp: this.#avoidsUdp,
      onStates: (states) => {
        if (call === (this.#next ?? this.#current)) events.onStates(states);
      },
      onStream: (stream) => {
        if (this.#current === undefined || this.#current === call) this.#play(stream);
      },
      onAnswered: () => events.onAnswered(),
      onHealth: () => this.#onHealth(),
    });
    return call;
  }

  get #needsCall(): boolean {
    return !this.#isResting && (this.#current?.isWell !== true || this.#isAskedFor);
  }

  /** The call that is heard was lost, or has come back. */
  #onHealth(): void {
    this.#tell(this.#current?.isWell === true);
    if (this.#needsCall) this.#renewIfNeeded();
    // Once the server is making the new call, the one that came back is as good as gone.
    else if (this.#next?.isOffered === false) this.#next.close();
  }

  #renewIfNeeded(): void {
    if (this.#isMaking || this.#current === undefined) return;
    this.#keepMaking().catch((error: unknown) => this.#options.events.onFailed(error));
  }

  /** Tries until there is a call that carries sound, or none is needed any more. */
  async #keepMaking(): Promise<void> {
    const { environment, signal } = this.#options;
    this.#isMaking = true;
    try {
      for (let attempt = 0; this.#needsCall; attempt += 1) {
        this.#next ??= this.#createCall();
        const wait = await this.#tryCall(this.#next);
        this.#next = undefined;
        if (wait !== undefined) await pause(Math.max(wait, reconnectDelay(attempt, environment.random)), signal);
      }
    } finally {
      this.#next = undefined;
      this.#isMaking = false;
    }
  }

  /** Makes a call and goes on with it. Where that fails, returns how long to wait at least; throws where it is in vain. */
  async #tryCall(call: Call): Promise<number | undefined> {
    if (this.#microphone === undefined) throw new TypeError("There is no microphone.");
    try {
      await call.make(this.#microphone, this.#options.signalling);
    } catch (error) {
      call.close();
      return this.#waitAfter(call, error);
    }
    this.#goOnWith(call);
    return undefined;
  }

  #goOnWith(call: Call): void {
    const before = this.#current;
    this.#current = call;
    this.#isAskedFor = false;
    this.#silentCalls = 0;
    if (before !== undefined && call.stream !== undefined) this.#play(call.stream);
    before?.close();
    this.#tell(call.isWell);
  }

  /** What is lost in the making is made again. Beyond that, only a person can do something about a first call that fails. */
  #waitAfter(call: Call, error: unknown): number {
    this.#options.signal.throwIfAborted();
    if (!this.#needsCall) return 0;
    if (!call.isLost && call.isAnswered) this.#silentCalls += 1;
    const problem = error instanceof InterviewError ? error.problem : undefined;
    const isRetryable = problem?.retryable === true && this.#silentCalls < MAX_SILENT_CALLS;
    if (call.isLost || (this.#current !== undefined && isRetryable)) return problem?.retryAfterMs ?? 0;
    if (this.#current?.isWell !== true) throw error;
    // The call that was to be replaced goes on until the voice service ends it.
    this.#isAskedFor = false;
    return 0;
  }

  #play(stream: MediaStream): void {
    this.#options.events.onRemoteStream(stream);
    this.#remoteAudio.play(stream);
  }

  #tell(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#options.events.onUp(isUp);
  }
}
