import { boundedWait, type TimeLimit } from "./bounded-wait.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { clientError } from "./errors.ts";
import { createPeer, type Peer, type PeerStates } from "./peer.ts";
import type { Signalling } from "./signalling/signalling.ts";

/** From the microphone to the answer. The server gives up on the voice service before that and says why. */
const ANSWER_LIMIT: TimeLimit = { ms: 30_000, error: () => clientError("SERVER_TIMEOUT") };

/** From the answer to the audio line. Browsers report a failed line after about 15 s, but not in every case. */
const CONNECT_LIMIT: TimeLimit = { ms: 20_000, error: () => clientError("AUDIO_LINE_FAILED") };

/** How long a connection may be `disconnected` before it is taken for lost: many come back within this time. */
const DISCONNECTED_PATIENCE_MS = 1_000;

/** How long the server may take to say that the interview has ended, after the voice service has hung up. */
const HANG_UP_GRACE_MS = 250;

interface CallOptions {
  readonly environment: Pick<BrowserEnvironment, "RTCPeerConnection" | "MediaStream">;
  readonly iceServers: readonly RTCIceServer[];
  readonly avoidsUdp: boolean;
  /** Closes the call with the interview. */
  readonly signal: AbortSignal;
  readonly onStates: (states: PeerStates) => void;
  readonly onStream: (stream: MediaStream) => void;
  readonly onAnswered: () => void;
  /** Whether audio flows, once the call is up. */
  readonly onHealth: () => void;
}

/** One call: one WebRTC connection with the voice service, from its offer to its end. */
export class Call {
  /** The interviewer's voice, once the answer is there. */
  stream: MediaStream | undefined;
  readonly #options: CallOptions;
  readonly #closed = new AbortController();
  readonly #peer: Peer;
  #stage: "new" | "offered" | "answered" | "up" = "new";
  #health: "well" | "disconnected" | "lost" = "well";
  #doubt: ReturnType<typeof setTimeout> | undefined;

  /** Throws `WEBRTC_UNAVAILABLE`. */
  constructor(options: CallOptions) {
    this.#options = options;
    const { signal } = this.#closed;
    options.signal.addEventListener("abort", () => this.close(options.signal.reason), { signal });
    this.#peer = createPeer({
      ...options,
      signal,
      onStates: (states) => {
        options.onStates(states);
        this.#onPeerState(states.peer);
      },
      onRemoteStream: (stream) => {
        this.stream = stream;
        options.onStream(stream);
      },
      onHungUp: () => this.#doubtFor(HANG_UP_GRACE_MS, "lost"),
    });
  }

  /** True once the server has been asked for it, which is when it begins to replace the call before. */
  get isOffered(): boolean {
    return this.#stage !== "new";
  }

  /** True once the server has answered: it is the session's call from then on. */
  get isAnswered(): boolean {
    return this.#stage === "answered" || this.#stage === "up";
  }

  /** False while no audio flows, after it has. */
  get isWell(): boolean {
    return this.#health === "well";
  }

  /** True where the voice service has ended it. */
  get isLost(): boolean {
    return this.#health === "lost";
  }

  /**
   * Makes the call; resolves once both sides can hear each other. Rejects with the server's error, `SERVER_TIMEOUT`,
   * `AUDIO_LINE_FAILED`, `ANSWER_UNUSABLE`, `BAD_SERVER_REPLY`, or with what it was closed for.
   */
  async make(microphone: MediaStream, signalling: Signalling): Promise<void> {
    this.#peer.speakThrough(microphone);
    const answer = await this.#step(this.#negotiate(signalling), ANSWER_LIMIT);
    this.#stage = "answered";
    this.#options.onAnswered();
    await this.#step(this.#peer.connect(answer), CONNECT_LIMIT);
    this.#stage = "up";
  }

  /** Another microphone is heard from now on. */
  replaceMicrophone(microphone: MediaStream): Promise<void> {
    return this.#peer.replaceMicrophone(microphone);
  }

  /** It is known from elsewhere that the voice service has ended it. */
  lose(): void {
    this.#become("lost");
  }

  /** May be called again. */
  close(reason?: unknown): void {
    clearTimeout(this.#doubt);
    this.#closed.abort(reason);
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#peer.getStats();
  }

  /** The server's part, in one limit for all of it. Over WebSocket the ICE servers have mostly come by now. */
  async #negotiate(signalling: Signalling): Promise<string> {
    const needs = await this.#step(signalling.ready());
    const offer = await this.#step(this.#peer.offer(needs));
    this.#stage = "offered";
    return this.#step(signalling.exchange(offer));
  }

  #step<T>(work: Promise<T>, limit?: TimeLimit): Promise<T> {
    return boundedWait(work, { signal: this.#closed.signal, limit });
  }

  #onPeerState(state: RTCPeerConnectionState): void {
    if (this.isLost) return;
    if (state === "connected") {
      clearTimeout(this.#doubt);
      this.#become("well");
    }
    if (state === "disconnected") this.#doubtFor(DISCONNECTED_PATIENCE_MS, "disconnected");
    if (state === "failed" && this.#stage === "up") this.#become("lost");
    else if (state === "failed") this.close(clientError("AUDIO_LINE_FAILED"));
  }

  #doubtFor(ms: number, health: "disconnected" | "lost"): void {
    clearTimeout(this.#doubt);
    this.#doubt = setTimeout(() => this.#become(health), ms);
  }

  #become(health: "well" | "disconnected" | "lost"): void {
    clearTimeout(this.#doubt);
    if (this.#health === health || this.#closed.signal.aborted) return;
    this.#health = health;
    // A call that never was up has nothing to recover.
    if (health === "lost" && this.#stage !== "up") this.close(clientError("AUDIO_LINE_FAILED"));
    else this.#options.onHealth();
  }
}
