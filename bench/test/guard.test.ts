import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DEFINITIONS } from "../definitions.ts";
import type { Definition } from "../report/definition.ts";
import type { Figures, Results } from "../report/figures.ts";
import { compareRatios, unsteadyRatios } from "../report/guard.ts";

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

test("of two stored runs the middle is what is compared with; those of another method are not", () => {
  const stored = (method: number) => ({
    pace: {
      ...result({ ofControl: 0.5, overControl: 2 }),
      method,
      before: result({ ofControl: 0.5, overControl: 2.4 }),
    },
  });
  const now = (overControl: number) => new Map([["pace", { ofControl: 0.5, overControl }]]);
  expect(compareRatios(definitions, stored(1), now(2.7)).isWorse).toBe(false);
  expect(compareRatios(definitions, stored(1), now(2.8)).isWorse).toBe(true);
  expect(compareRatios(definitions, stored(2), now(2.8))).toMatchObject({
    isWorse: false,
    report: expect.stringContaining("not stored yet") as string,
  });
});

test("a ratio is unsteady of which two runs differ by as much as the guard takes for worse", () => {
  const before = result({ ofControl: 0.5, overControl: 2 });
  const named = (figures: Figures) => unsteadyRatios(definitions, { pace: { ...result(figures), before } });
  expect(named({ ofControl: 0.41, overControl: 2.4 })).toEqual([]);
  expect(named({ ofControl: 0.7, overControl: 1.5 })).toEqual([
    "pace ofControl: 0.7, 0.5 before",
    "pace overControl: 1.5, 2 before",
  ]);
  expect(unsteadyRatios(definitions, { pace: result({ ofControl: 0.7 }) })).toEqual([]);
});

test("no ratio that is guarded differs in its two stored runs by as much as the guard takes for worse", async () => {
  const stored = JSON.parse(await readFile(new URL("../../docs/benchmarks.json", import.meta.url), "utf8")) as Results;
  expect(unsteadyRatios(DEFINITIONS, stored)).toEqual([]);
});
