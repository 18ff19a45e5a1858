import type { AudioLevel } from "../audio/rtp.ts";
import type { Clock } from "../clock.ts";
import type { TurnDetection } from "./session-config.ts";

/** Shorter noises than this (a click, a knock) are not speech. */
const MIN_SPEECH_MS = 60;

/** Loud packets further apart than this do not belong to one beginning utterance. */
const MAX_ONSET_GAP_MS = 60;

/**
 * Semantic turn detection waits for a finished thought. The candidate of a script is always deemed to have finished
 * one, so a short silence ends the turn whatever the eagerness.
 */
const SEMANTIC_SILENCE_MS = 500;
const SEMANTIC_PADDING_MS = 300;
const SEMANTIC_THRESHOLD = 0.5;

/** Told when the candidate starts and stops. Times are epoch milliseconds as the API counts them. */
export interface VoiceActivityListener {
  /** `startedAt` lies before the first loud packet by the prefix padding. */
  speechStarted(startedAt: number): void;
  /** `endedAt` includes the silence that ended the turn. */
  speechStopped(endedAt: number): void;
}

/**
 * Server VAD over audio levels. Silence is measured by the clock, not by packets: a muted sender may send none at all.
 */
export class VoiceActivity {
  readonly #clock: Clock;
  readonly #listener: VoiceActivityListener;
  #detection: TurnDetection;
  #onset: number | undefined;
  #lastLoud = 0;
  #speaking = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, detection: TurnDetection, listener: VoiceActivityListener) {
    this.#clock = clock;
    this.#detection = detection;
    this.#listener = listener;
  }

  /** Takes new settings. A turn in progress survives a change, but not turn detection being switched off. */
  configure(detection: TurnDetection): void {
    this.#detection = detection;
    if (detection === null) {
      this.close();
    }
  }

  /** Takes the level of one packet of 20 ms. */
  hear(level: AudioLevel): void {
    if (this.#detection === null || level >= loudestSilence(this.#detection)) {
      return;
    }
    const now = this.#clock.now();
    if (this.#onset === undefined || (!this.#speaking && now - this.#lastLoud > MAX_ONSET_GAP_MS)) {
      this.#onset = now;
    }
    this.#lastLoud = now;
    if (!this.#speaking && now - this.#onset >= MIN_SPEECH_MS) {
      this.#begin(this.#onset, this.#detection);
    }
  }

  /** Takes speech that begins now and lasts so long, all at once; nothing else may be heard meanwhile. */
  hearSpeech(durationMs: number): void {
    if (this.#detection === null) {
      return;
    }
    this.close();
    const onset = this.#clock.now();
    this.#cancelTimer = this.#clock.after(MIN_SPEECH_MS, () => {
      this.#lastLoud = onset + durationMs;
      // Turn detection that is switched off cancels this timer.
      if (this.#detection !== null) {
        this.#begin(onset, this.#detection);
      }
    });
  }

  /** Forgets the turn in progress and its timer. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#speaking = false;
    this.#onset = undefined;
  }

  #begin(onset: number, detection: NonNullable<TurnDetection>): void {
    this.#speaking = true;
    this.#listener.speechStarted(onset - paddingMs(detection));
    this.#awaitSilence(detection);
  }

  #awaitSilence(detection: NonNullable<TurnDetection>): void {
    const silentAt = this.#lastLoud + silenceMs(detection);
    this.#cancelTimer = this.#clock.after(Math.max(0, silentAt - this.#clock.now()), () => {
      const current = this.#detection ?? detection;
      const endsAt = this.#lastLoud + silenceMs(current);
      if (endsAt > this.#clock.now()) {
        this.#awaitSilence(current);
        return;
      }
      this.close();
      this.#listener.speechStopped(endsAt);
    });
  }
}

/** −60 dBov at the default threshold of 0.5 separates a fake or real microphone's speech from its silence (measured). */
function loudestSilence(detection: NonNullable<TurnDetection>): AudioLevel {
  return 100 - 80 * (detection.type === "server_vad" ? detection.threshold : SEMANTIC_THRESHOLD);
}

function silenceMs(detection: NonNullable<TurnDetection>): number {
  return detection.type === "server_vad" ? detection.silence_duration_ms : SEMANTIC_SILENCE_MS;
}

function paddingMs(detection: NonNullable<TurnDetection>): number {
  return detection.type === "server_vad" ? detection.prefix_padding_ms : SEMANTIC_PADDING_MS;
}
