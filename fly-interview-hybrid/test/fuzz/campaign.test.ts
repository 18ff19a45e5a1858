import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { BrokenPromise, campaign } from "./campaign.ts";
import { startFuzzedProxy } from "./fuzzed-proxy.ts";
import type { FuzzTarget } from "./target.ts";
import { attemptInTime, MAX_BLOCK_MS } from "./time-watch.ts";

const LIMITS = { tries: 1000, until: Number.MAX_SAFE_INTEGER };

function target(attempt: (input: number) => number): FuzzTarget<number> {
  return { name: "control", counts: "numbers", inputs: fc.nat(10_000), attempt };
}

function beBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe("a campaign", () => {
  test("finds what breaks a promise, keeps the smallest input that does, and says how to see it again", async () => {
    const kept: unknown[] = [];
    const keep = (_target: string, found: unknown): string => {
      kept.push(found);
      return "a file";
    };
    const broken = target((input) => {
      if (input > 9000) throw new Error("too much");
      return 1;
    });
    const outcome = campaign(broken, 7, { ...LIMITS, keep });
    await expect(outcome).rejects.toThrow(BrokenPromise);
    await expect(outcome).rejects.toThrow(/^control, seed 7, path [\d:]+, kept in a file: too much$/);
    expect(kept).toEqual([{ was: "too much", input: 9001 }]);
  });

  test("counts what it has tried, and ends when that is enough", async () => {
    const { tried } = await campaign(
      target(() => 10),
      7,
      LIMITS,
    );
    expect(tried).toBeGreaterThanOrEqual(1000);
    expect(tried).toBeLessThanOrEqual(6000);
  });
});

describe("the watch", () => {
  test("catches an input that costs too much each time", async () => {
    const slow = target(() => {
      beBusy(MAX_BLOCK_MS + 5);
      return 1;
    });
    await expect(attemptInTime(slow, 1)).rejects.toThrow(/^It took \d+ ms/);
  });

  test("does not mind one that waited for its turn", async () => {
    let isFirst = true;
    const unlucky = target(() => {
      if (isFirst) beBusy(2 * MAX_BLOCK_MS);
      isFirst = false;
      return 1;
    });
    expect(await attemptInTime(unlucky, 1)).toBe(1);
  });

  test("sees what keeps a proxy busy, in the proxy's own process", async () => {
    const proxy = await startFuzzedProxy();
    onTestFinished(() => proxy.close());
    await proxy.longestBlockMs();
    proxy.block(3 * MAX_BLOCK_MS);
    expect(await proxy.longestBlockMs()).toBeGreaterThan(2 * MAX_BLOCK_MS);
    expect(await proxy.longestBlockMs()).toBeLessThan(MAX_BLOCK_MS);
  });
});
