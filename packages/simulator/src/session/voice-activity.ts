import type { AudioLevel } from "../audio/rtp.ts";
import type { Clock } from "../clock.ts";

/** Shorter noises than this (a click, a knock) are not speech. */
const MIN_SPEECH_MS = 60;

/** Loud packets further apart than this do not belong to one beginning utterance. */
const MAX_ONSET_GAP_MS = 60;

/** How speech is told from silence. */
export interface SpeechDetection {
  /** A packet that is louder is speech. */
  readonly loudestSilence: AudioLevel;
  /** So much before the first loud packet, in milliseconds, belongs to the utterance. */
  readonly paddingMs: number;
  /** So much silence, in milliseconds, ends it. */
  readonly silenceMs: number;
}

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
  #detection: SpeechDetection | null;
  #onset: number | undefined;
  #lastLoud = 0;
  #speaking = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, detection: SpeechDetection | null, listener: VoiceActivityListener) {
    this.#clock = clock;
    this.#detection = detection;
    this.#listener = listener;
  }

  /** Takes new settings. A turn in progress survives a change, but not turn detection being switched off. */
  configure(detection: SpeechDetection | null): void {
    this.#detection = detection;
    if (detection === null) {
      this.close();
    }
  }

  /** Takes the level of one packet of 20 ms. */
  hear(level: AudioLevel): void {
    if (this.#detection === null || level >= this.#detection.loudestSilence) {
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

  /** From now on there is silence, whatever {@link hearSpeech} was told. */
  hush(): void {
    this.#lastLoud = Math.min(this.#lastLoud, this.#clock.now());
    if (!this.#speaking || this.#detection === null) {
      this.close();
      return;
    }
    this.#cancelTimer?.();
    this.#awaitSilence(this.#detection);
  }

  /** Forgets the turn in progress and its timer. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#speaking = false;
    this.#onset = undefined;
  }

  #begin(onset: number, detection: SpeechDetection): void {
    this.#speaking = true;
    this.#listener.speechStarted(onset - detection.paddingMs);
    this.#awaitSilence(detection);
  }

  #awaitSilence(detection: SpeechDetection): void {
    const silentAt = this.#lastLoud + detection.silenceMs;
    this.#cancelTimer = this.#clock.after(Math.max(0, silentAt - this.#clock.now()), () => {
      const current = this.#detection ?? detection;
      const endsAt = this.#lastLoud + current.silenceMs;
      if (endsAt > this.#clock.now()) {
        this.#awaitSilence(current);
        return;
      }
      this.close();
      this.#listener.speechStopped(endsAt);
    });
  }
}
