import { expect, test } from "vitest";
import type { Definition } from "../report/definition.ts";
import type { Figures } from "../report/figures.ts";
import { compareRatios } from "../report/guard.ts";

const definitions: readonly Definition[] = [
  {
    folder: "somewhere",
    name: "pace",
    title: "Pace",
    about: "",
    ratios: [
      { figure: "ofControl", better: "higher" },
      { figure: "overControl", better: "lower" },
    ],
  },
];
const result = (figures: Figures) => ({ measuredOn: "2026-01-01", machine: "any", figures });
const compare = (stored: Figures | undefined, now: Figures) =>
  compareRatios(definitions, stored === undefined ? {} : { pace: result(stored) }, new Map([["pace", now]]));

test("a quarter worse fails, whichever way is better; less, or better, holds", () => {
  expect(compare({ ofControl: 0.5, overControl: 2 }, { ofControl: 0.41, overControl: 2.49 }).isWorse).toBe(false);
  expect(compare({ ofControl: 0.5, overControl: 2 }, { ofControl: 0.9, overControl: 1 }).isWorse).toBe(false);
  expect(compare({ ofControl: 0.5, overControl: 2 }, { ofControl: 0.39, overControl: 2 }).isWorse).toBe(true);
  const { report, isWorse } = compare({ ofControl: 0.5, overControl: 2 }, { ofControl: 0.5, overControl: 2.51 });
  expect(isWorse).toBe(true);
  expect(report).toContain("pace overControl: 2 stored, 2.51 now: WORSE");
});

test("what is not stored yet is not judged; what was not measured is an error", () => {
  const { report, isWorse } = compare(undefined, { ofControl: 0.1, overControl: 9 });
  expect(isWorse).toBe(false);
  expect(report).toContain("not stored yet");
  expect(() => compare({ ofControl: 1 }, { ofControl: 1 })).toThrow("pace has no figure overControl.");
});
