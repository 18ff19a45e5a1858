import { expect, test } from "vitest";
import { boundOf, bucketsOf } from "../../src/ops/health/buckets.ts";

const SECONDS = {
  count: 100,
  sum: 60,
  buckets: [
    { le: 0.25, count: 10 },
    { le: 0.5, count: 60 },
    { le: 1, count: 95 },
    { le: 5, count: 95 },
  ],
};

test("each bucket has its own, and the last has those beyond all bounds", () => {
  expect(bucketsOf(SECONDS)).toEqual([
    { from: 0, to: 0.25, count: 10 },
    { from: 0.25, to: 0.5, count: 50 },
    { from: 0.5, to: 1, count: 35 },
    { from: 1, to: 5, count: 0 },
    { from: 5, to: null, count: 5 },
  ]);
});

test("empty ones at the end are left out, and nothing is nothing", () => {
  expect(bucketsOf({ ...SECONDS, count: 95 }).at(-1)).toEqual({ from: 0.5, to: 1, count: 35 });
  expect(bucketsOf({ count: 0, sum: 0, buckets: [{ le: 1, count: 0 }] })).toEqual([]);
});

test("a part of all is below a bound, as far as buckets tell", () => {
  expect([0.5, 0.95, 0.99].map((part) => boundOf(SECONDS, part))).toEqual([0.5, 1, undefined]);
  expect(boundOf({ count: 0, sum: 0, buckets: [{ le: 1, count: 0 }] }, 0.5)).toBeUndefined();
});
