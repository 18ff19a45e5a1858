import { expect, test } from "vitest";
import { loadAtBound } from "../report/load-at-bound.ts";

test("the bound is reached between two steps, nearer to the one whose tail is nearer to it", () => {
  expect(loadAtBound({ load: 100, tailMs: 10 }, { load: 200, tailMs: 1000 }, 100)).toBeCloseTo(150);
  expect(loadAtBound({ load: 100, tailMs: 90 }, { load: 200, tailMs: 1000 }, 100)).toBeLessThan(110);
  expect(loadAtBound({ load: 100, tailMs: 10 }, { load: 200, tailMs: 101 }, 100)).toBeGreaterThan(199);
  expect(loadAtBound({ load: 100, tailMs: 100 }, { load: 200, tailMs: 101 }, 100)).toBe(100);
});

test("the last step is the load where none failed, or failed by something else; nothing where none was held", () => {
  expect(loadAtBound({ load: 200, tailMs: 50 }, undefined, 100)).toBe(200);
  expect(loadAtBound({ load: 200, tailMs: 50 }, { load: 300, tailMs: 60 }, 100)).toBe(200);
  expect(loadAtBound(undefined, { load: 100, tailMs: 500 }, 100)).toBe(0);
});
