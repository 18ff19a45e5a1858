import { onTestFinished, vi } from "vitest";

/** The page's timers, in the hands of a test. */
export interface FakeTime {
  /** Lets so many milliseconds pass. */
  readonly pass: (ms: number) => void;
  /** How many timers run. */
  readonly timers: () => number;
}

/** Takes over timers and the page's clock until the test is over. React's own scheduler goes on as it does. */
export function fakeTime(): FakeTime {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  return {
    pass: (ms) => void vi.advanceTimersByTime(ms),
    timers: () => vi.getTimerCount(),
  };
}
