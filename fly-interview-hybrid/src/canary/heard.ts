import { EventEmitter, once } from "node:events";

/** More than this is not kept: a call of a minute brings some thousand packets. */
const MAX_KEPT = 20_000;

export interface HeardEvent<T> {
  readonly value: T;
  /** Milliseconds of a clock that never goes back. */
  readonly at: number;
}

/** What came, in its order, for those who look later as for those who wait. */
export class Heard<T> {
  readonly events: HeardEvent<T>[] = [];
  readonly #arrivals = new EventEmitter().setMaxListeners(0);

  add(value: T): void {
    if (this.events.length === MAX_KEPT) return;
    this.events.push({ value, at: performance.now() });
    this.#arrivals.emit("arrival");
  }

  /** How many came so far: where a wait for what follows begins. */
  get count(): number {
    return this.events.length;
  }

  /** The first that is looked for, of those from number `from` on. Waits until it comes, or rejects when aborted. */
  async first(isIt: (value: T) => boolean, signal: AbortSignal, from = 0): Promise<HeardEvent<T>> {
    for (let next = from; ; ) {
      for (; next < this.events.length; next++) {
        const event = this.events[next];
        if (event !== undefined && isIt(event.value)) return event;
      }
      await once(this.#arrivals, "arrival", { signal });
    }
  }
}
