import type { Clock } from "../src/clock.ts";

/** A clock that moves only when told to. */
export interface FakeClock extends Clock {
  /** Moves on, and runs what falls due on the way, in order. */
  advance(ms: number): Promise<void>;
  /** How many actions wait. */
  pending(): number;
}

export function createFakeClock(start = 1_700_000_000_000): FakeClock {
  let time = start;
  let waiting: { readonly at: number; readonly action: () => void }[] = [];

  return {
    now: () => time,
    after(ms, action) {
      const entry = { at: time + ms, action };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    async advance(ms) {
      const end = time + ms;
      for (;;) {
        await settle();
        const next = waiting.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        waiting = waiting.filter((other) => other !== next);
        time = next.at;
        next.action();
      }
      time = end;
      await settle();
    },
    pending: () => waiting.length,
  };
}

/** Lets everything run that is ready, timers and I/O aside. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
