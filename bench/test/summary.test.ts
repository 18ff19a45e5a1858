import { expect, test } from "vitest";
import { medianRatio } from "../report/summary.ts";

test("a ratio is the middle of those of the rounds, so that a round in which the machine was slow moves nothing", () => {
  expect(medianRatio([2, 40, 3], [1, 20, 1])).toBe(2);
  expect(medianRatio([1, 2], [])).toBeNaN();
});
