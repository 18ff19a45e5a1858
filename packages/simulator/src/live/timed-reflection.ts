import { FRAME_MS, steadyFrame } from "../audio/pcm-frames.ts";
import { type Clock, Timers } from "../clock.ts";
import type { AudioReflection, ReflectedFrames } from "./audio-reflection.ts";

/** Made once: a call without media costs its frames' way, and nothing else. */
const SILENCE = steadyFrame(0);
const CANDIDATE = steadyFrame(220);
const INTERVIEWER = steadyFrame(330);

const MAX_CATCH_UP_MS = 1000;

/** Reflects voices that are timers: a tone while one speaks, and silence otherwise. */
export class TimedReflection implements AudioReflection {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #frames: ReflectedFrames;
  readonly #interviewerSpeaks: () => boolean;
  #speaksUntil = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, frames: ReflectedFrames, interviewerSpeaks: () => boolean) {
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#frames = frames;
    this.#interviewerSpeaks = interviewerSpeaks;
  }

  received(): void {}

  sent(): void {}

  candidateSpeaks(durationMs: number): void {
    this.#speaksUntil = this.#clock.now() + durationMs;
  }

  listen(isHeard: boolean): void {
    this.#cancelTimer?.();
    if (isHeard) {
      this.#reflectAt(this.#clock.now() + FRAME_MS);
    }
  }

  close(): void {
    this.#timers.close();
  }

  /** Frames lie on an absolute schedule, so that a late timer is made up for. */
  #reflectAt(dueAt: number): void {
    this.#cancelTimer = this.#timers.after(Math.max(0, dueAt - this.#clock.now()), () => {
      this.#reflect();
      // Of a longer stop of the process, nobody wants the lost time in one burst.
      this.#reflectAt(Math.max(dueAt, this.#clock.now() - MAX_CATCH_UP_MS) + FRAME_MS);
    });
  }

  #reflect(): void {
    if (this.#frames.areFlowing) {
      this.#frames.input(this.#clock.now() < this.#speaksUntil ? CANDIDATE : SILENCE);
      this.#frames.output(this.#interviewerSpeaks() ? INTERVIEWER : SILENCE);
    }
  }
}
