import type { Clock } from "openai-voice-simulator";

/** A clock that stands still until it is wound forward. */
export class ManualClock implements Clock {
  #now = 1_700_000_000_000;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many timers are pending. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Winds forward, firing timers in their order; `lateMs` delays each, as a busy machine would. */
  advance(ms: number, lateMs = 0): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) {
        break;
      }
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at + lateMs);
      next.callback();
    }
    this.#now = Math.max(this.#now, end);
  }
}
