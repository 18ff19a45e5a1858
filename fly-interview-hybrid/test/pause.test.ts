import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { within } from "../src/pause.ts";

const LONG_MS = 60_000;

test("what is waited for comes, fails, or is given up with the time or the signal", async () => {
  const { signal } = new AbortController();
  const never = new Promise<string>(() => undefined);
  const needs = { clock: systemClock, signal };
  expect(await within(Promise.resolve("it"), LONG_MS, needs)).toBe("it");
  await expect(within(Promise.reject(new Error("no")), LONG_MS, needs)).rejects.toThrow("no");
  expect(await within(never, 1, needs)).toBeUndefined();
  expect(await within(never, LONG_MS, { ...needs, signal: AbortSignal.abort() })).toBeUndefined();
  const over = new AbortController();
  const givenUp = within(never, LONG_MS, { ...needs, signal: over.signal });
  over.abort();
  expect(await givenUp).toBeUndefined();
});

test("a signal that lives as long as the process keeps nothing of waits that are over", async () => {
  const { signal } = new AbortController();
  const waits = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1)
      await within(Promise.resolve(), LONG_MS, { clock: systemClock, signal });
  };
  await waits(1000);
  const before = heapBytes();
  await waits(50_000);
  // Of each `AbortSignal.any()` Node 20 keeps a part at what it was made of.
  expect(heapBytes() - before).toBeLessThan(50_000 * 20);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

/** After a collection of garbage. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
