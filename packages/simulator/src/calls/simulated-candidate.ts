import { type Clock, Timers } from "../clock.ts";
import type { Answer } from "../script/spoken-interview.ts";

/**
 * The candidate of a call without media. Each line of the script is answered once, when everything was heard that the
 * interviewer has to say, or into the middle of it where the script says so.
 */
export class SimulatedCandidate {
  readonly #timers: Timers;
  readonly #speak: (durationMs: number) => void;
  readonly #thinksMs: number;
  #answer: Answer | undefined;
  #cancelTimer: (() => void) | undefined;
  #cancelOverlap: (() => void) | undefined;

  /** @param thinksMs - so long before an answer */
  constructor(clock: Clock, thinksMs: number, speak: (durationMs: number) => void) {
    this.#timers = new Timers(clock);
    this.#thinksMs = thinksMs;
    this.#speak = speak;
  }

  /** The interviewer begins a line; words that get no answer leave that to the line before open. */
  lineStarted(answer: Answer): void {
    this.#cancelTimer?.();
    this.#cancelOverlap?.();
    const { overlap } = answer;
    if (overlap !== undefined) {
      this.#cancelOverlap = this.#timers.after(overlap.afterMs, () => this.#speak(overlap.durationMs));
    }
    if (answer.durationMs === 0) {
      return;
    }
    this.#answer = answer;
    if (answer.interruptsAfterMs !== undefined) {
      this.#speakAfter(answer.interruptsAfterMs);
    }
  }

  /** The interviewer has come to an end, or was cut off. */
  lineEnded(): void {
    this.#cancelOverlap?.();
    this.#speakAfter(this.#thinksMs);
  }

  /** The last words of the conversation are these now, heard in another call; `undefined`: they were the candidate's own. */
  wasAsked(answer: Answer | undefined): void {
    this.#answer = answer !== undefined && answer.durationMs > 0 ? answer : undefined;
    this.#speakAfter(this.#thinksMs);
  }

  /** Says nothing more. */
  close(): void {
    this.#timers.close();
  }

  #speakAfter(delayMs: number): void {
    this.#cancelTimer?.();
    const answer = this.#answer;
    if (answer === undefined) {
      return;
    }
    this.#cancelTimer = this.#timers.after(delayMs, () => {
      this.#answer = undefined;
      this.#speak(answer.durationMs);
    });
  }
}
