import { monitorEventLoopDelay } from "node:perf_hooks";
import { rounded } from "../report/summary.ts";

const TIMER_MS = 1;

/** How late this process does what is due: a generator of load that is late measures itself. */
export class TimerLateness {
  readonly #delay = monitorEventLoopDelay({ resolution: TIMER_MS });

  constructor() {
    this.#delay.enable();
  }

  /** 99th percentile since this was asked last, in milliseconds. */
  p99MsSinceLast(): number {
    const late = rounded(Math.max(0, this.#delay.percentile(99) / 1e6 - TIMER_MS));
    this.#delay.reset();
    return late;
  }

  stop(): void {
    this.#delay.disable();
  }
}
