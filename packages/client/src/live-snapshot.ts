import type { EventLog } from "./event-log.ts";
import { IDLE, type InterviewSnapshot, type LineStates } from "./snapshot.ts";
import type { Store } from "./store.ts";

interface LiveSnapshotOptions {
  readonly store: Store<InterviewSnapshot>;
  readonly log: EventLog;
  /** Fires when the interview is over. */
  readonly signal: AbortSignal;
}

/** The store in the hands of one interview, which has it until its end: by then it may belong to the next one. */
export class LiveSnapshot {
  readonly #options: LiveSnapshotOptions;

  /** Nothing is left of an interview before, but what is the person's own. */
  constructor(options: LiveSnapshotOptions) {
    this.#options = options;
    const { muted, devices } = this.now;
    options.store.set({ ...IDLE, muted, devices });
  }

  get now(): InterviewSnapshot {
    return this.#options.store.getSnapshot();
  }

  patch(change: Partial<InterviewSnapshot>): void {
    if (!this.#options.signal.aborted) this.finish(change);
  }

  patchLine(states: Partial<LineStates>): void {
    this.patch({ line: { ...this.now.line, ...states } });
  }

  /** The same for the last word, which is said when the interview is over. */
  finish(change: Partial<InterviewSnapshot>): void {
    const { store, log } = this.#options;
    if (change.state) log.add("local", "state", change.state);
    store.set({ ...this.now, ...change });
  }
}
