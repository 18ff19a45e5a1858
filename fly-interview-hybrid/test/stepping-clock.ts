import { performance } from "node:perf_hooks";
import type { Clock } from "../src/clock.ts";

/** A clock that stands still while there is work, and jumps when there is none. */
export interface SteppingClock extends Clock {
  /** How many actions wait. */
  pending(): number;
  /** Stops for good; no action is run afterwards. */
  close(): void;
}

/**
 * Timers are rounded up to this, so that hundreds of interviews side by side share their steps. A timer may always be
 * late, and never is by more.
 */
const STEP_MS = 10;

/** More actions than this at once is a test that runs wild. */
const MAX_PENDING = 100_000;

/** How long a wait for quiet lasts, in real milliseconds. */
const QUIET_MS = 1;

/** Quiet waits in a row before a jump of up to a second, and before a longer one. */
const QUIET_WAITS = { short: 2, long: 8 };
const LONG_JUMP_MS = 1000;

interface Entry {
  action: (() => void) | undefined;
  readonly at: number;
}

/**
 * For a proxy and a simulator in one process, which share it and talk over the loopback. What one of them has sent is
 * readable for the other at once, so that an event loop that polled for a real millisecond, twice, and was given nothing to
 * read has nothing on its way: then the next timer is due. A slow machine makes the test slow, and not time go faster. What
 * other threads work on may take longer than that; before a jump that could run into a timeout, the loop must be quiet for
 * longer.
 */
export function createSteppingClock(start = 1_700_000_000_000): SteppingClock {
  let now = start;
  let pending = 0;
  let quietWaits = 0;
  let seen = lookAtLoop();
  let isClosed = false;
  let wait: NodeJS.Timeout | undefined;
  /** By the time they are due, as multiples of the step. */
  const due = new Map<number, Entry[]>();
  /** The same times, in order. */
  const times: number[] = [];

  const add = (entry: Entry): void => {
    const time = Math.ceil(entry.at / STEP_MS) * STEP_MS;
    const entries = due.get(time);
    if (entries !== undefined) {
      entries.push(entry);
      return;
    }
    due.set(time, [entry]);
    times.splice(indexFor(time, times), 0, time);
  };

  const cancel = (entry: Entry): void => {
    if (entry.action === undefined) return;
    entry.action = undefined;
    pending -= 1;
  };

  const jump = (time: number): void => {
    now = Math.max(now, time);
    // What they add for the same step is run in the next one, when its messages have been read.
    const entries = due.get(time) ?? [];
    due.delete(time);
    times.shift();
    for (const entry of entries.toSorted((one, other) => one.at - other.at)) {
      const { action } = entry;
      cancel(entry);
      if (!isClosed) action?.();
    }
  };

  const look = (): void => {
    const loop = lookAtLoop();
    const isQuiet = loop.events === seen.events && loop.idleMs > seen.idleMs;
    quietWaits = isQuiet ? quietWaits + 1 : 0;
    seen = loop;
    const time = nextTime();
    const needed = time !== undefined && time - now > LONG_JUMP_MS ? QUIET_WAITS.long : QUIET_WAITS.short;
    if (time !== undefined && quietWaits >= needed) {
      quietWaits = 0;
      jump(time);
    }
    waitAgain();
  };

  /** Times at which nothing is left to do are passed over. */
  const nextTime = (): number | undefined => {
    for (;;) {
      const [time] = times;
      if (time === undefined || due.get(time)?.some(({ action }) => action !== undefined) === true) return time;
      due.delete(time);
      times.shift();
    }
  };

  const waitAgain = (): void => {
    if (!isClosed) wait = setTimeout(look, QUIET_MS);
  };
  waitAgain();

  return {
    now: () => now,
    after(ms, action) {
      if (pending >= MAX_PENDING) throw new RangeError(`more than ${MAX_PENDING} timers at once`);
      const entry: Entry = { action, at: now + Math.max(0, ms) };
      pending += 1;
      add(entry);
      return () => cancel(entry);
    },
    pending: () => pending,
    close() {
      isClosed = true;
      clearTimeout(wait);
    },
  };
}

/**
 * How often the loop was given something to read, or work that another thread has done, timers not counted; and how long
 * it has slept, which it does only when nothing else is to be run.
 */
function lookAtLoop(): { readonly events: number; readonly idleMs: number } {
  return {
    events: performance.nodeTiming.uvMetricsInfo.events,
    idleMs: performance.eventLoopUtilization().idle,
  };
}

/** Where a time belongs among ordered ones. */
function indexFor(time: number, times: readonly number[]): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
