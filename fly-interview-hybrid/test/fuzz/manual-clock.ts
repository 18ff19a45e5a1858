import type { Clock } from "../../src/clock.ts";

/** A clock that moves only when told to, and at once: nothing here waits for anything but it. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** Shows another time from now on; what waits does so as long as before. */
  jump(ms: number): void;
  /** How many actions wait. */
  pending(): number;
}

export function createManualClock(): ManualClock {
  let time = 1_700_000_000_000;
  const waiting = new Map<object, { readonly at: number; readonly action: () => void }>();
  return {
    now: () => time,
    after(ms, action) {
      const key = {};
      waiting.set(key, { at: time + ms, action });
      return () => void waiting.delete(key);
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = [...waiting].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at);
        if (next === undefined) break;
        waiting.delete(next[0]);
        time = Math.max(time, next[1].at);
        next[1].action();
      }
      time = end;
    },
    jump(ms) {
      time += ms;
      for (const [key, { at, action }] of waiting) waiting.set(key, { at: at + ms, action });
    },
    pending: () => waiting.size,
  };
}
