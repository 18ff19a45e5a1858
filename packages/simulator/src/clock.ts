/** The time a simulator lives by. Tests hand in one they can wind forward. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with fractions, never going backwards. */
  now(): number;
  /** Calls back once after `delayMs`. The returned function cancels, and may be called at any time. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The real clock: monotonic, so that a correction of the machine's time disturbs no pacing. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The timers of one owner: none outlives it. */
export class Timers {
  readonly #clock: Clock;
  readonly #pending = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As {@link Clock.after}, until `close`. */
  after(delayMs: number, callback: () => void): () => void {
    const cancelTimer = this.#clock.after(delayMs, () => {
      this.#pending.delete(cancel);
      callback();
    });
    const cancel = (): void => {
      this.#pending.delete(cancel);
      cancelTimer();
    };
    this.#pending.add(cancel);
    return cancel;
  }

  /** Cancels everything that is pending. */
  close(): void {
    for (const cancel of this.#pending) {
      cancel();
    }
  }
}
