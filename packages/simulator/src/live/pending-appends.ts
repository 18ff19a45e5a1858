import type { Timers } from "../clock.ts";
import type { LiveClientEventOf } from "./client-events.ts";
import type { Timeline } from "./timeline.ts";

/** OpenAI's take a second or less (observed); a test has less patience. */
const ACCEPTANCE_MS = 100;

/** An append of any kind. */
export type Append = LiveClientEventOf<
  "session.instructions.append" | "session.thinking.append" | "session.commentary.append"
>;

/** An append, and when it was accepted into the timeline, in its milliseconds. */
export interface AcceptedAppend {
  readonly append: Append;
  readonly startMs: number;
  readonly endMs: number;
}

/** Appends that wait to be accepted, in their order: the timeline must run for that. */
export class PendingAppends {
  readonly #timers: Timers;
  readonly #timeline: Timeline;
  readonly #accepted: (append: AcceptedAppend) => void;
  #waiting: { readonly append: Append; readonly startMs: number }[] = [];
  #isAccepting = false;

  constructor(timers: Timers, timeline: Timeline, accepted: (append: AcceptedAppend) => void) {
    this.#timers = timers;
    this.#timeline = timeline;
    this.#accepted = accepted;
  }

  /** Puts an append behind those that wait. */
  add(append: Append): void {
    this.#waiting.push({ append, startMs: this.#timeline.ms });
    this.proceed();
  }

  /** The timeline runs, or runs again. */
  proceed(): void {
    if (this.#isAccepting || this.#waiting.length === 0 || !this.#timeline.isRunning) {
      return;
    }
    this.#isAccepting = true;
    this.#timers.after(ACCEPTANCE_MS, () => {
      this.#isAccepting = false;
      const next = this.#timeline.isRunning ? this.#waiting.shift() : undefined;
      if (next !== undefined) {
        this.#accepted({ ...next, endMs: this.#timeline.ms });
        this.proceed();
      }
    });
  }

  /** Gives up those that wait. */
  takeAll(): readonly Append[] {
    return this.#waiting.splice(0).map(({ append }) => append);
  }
}
