import type { SimulatorEvent } from "./calls/simulator-event.ts";
import { type Clock, Timers } from "./clock.ts";

/** How many event types the error of a wait in vain names. */
const NAMED_EVENTS = 10;

interface Waiter {
  readonly predicate: (event: SimulatorEvent) => boolean;
  readonly resolve: (event: SimulatorEvent) => void;
  readonly reject: (error: unknown) => void;
}

/** Lets tests wait for what happens in calls. */
export class EventWatch {
  readonly #timers: Timers;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock) {
    this.#timers = new Timers(clock);
  }

  /** Tells everyone who waits for it. */
  observe(event: SimulatorEvent): void {
    for (const waiter of this.#waiters) {
      try {
        if (waiter.predicate(event)) {
          waiter.resolve(event);
        }
      } catch (error) {
        // A test's own error belongs to its wait, not to the call that the event is of.
        waiter.reject(error);
      }
    }
  }

  /** The first event that satisfies the predicate, of those that happened or of those to come. */
  waitFor(
    predicate: (event: SimulatorEvent) => boolean,
    history: readonly SimulatorEvent[],
    timeoutMs: number,
  ): Promise<SimulatorEvent> {
    const past = history.find(predicate);
    if (past !== undefined) {
      return Promise.resolve(past);
    }
    return new Promise((resolve, reject) => {
      const recent = history.slice(-NAMED_EVENTS).map(({ type }) => type);
      const cancel = this.#timers.after(timeoutMs, () => {
        const seen = recent.length === 0 ? "nothing" : recent.join(", ");
        waiter.reject(new Error(`no such event within ${timeoutMs} ms; before the wait there was ${seen}`));
      });
      const stopWaiting = (): void => {
        cancel();
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        predicate,
        resolve: (event) => {
          stopWaiting();
          resolve(event);
        },
        reject: (error) => {
          stopWaiting();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Ends all waits in vain. */
  close(): void {
    for (const waiter of this.#waiters) {
      waiter.reject(new Error("the simulator was closed"));
    }
  }
}
