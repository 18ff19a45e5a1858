import { expect, test } from "vitest";
import { DEFINITIONS, NINE } from "../definitions.ts";
import { sentencesOf } from "../report/comparisons.ts";
import type { Definition } from "../report/definition.ts";
import { type Figures, following, numberAt } from "../report/figures.ts";
import { verdictsOf } from "../report/verdicts.ts";

const definition: Definition = {
  folder: "somewhere",
  name: "pace",
  title: "Pace",
  about: "",
  goals: [
    { what: "Time", figure: "ours.ms", unit: "ms", atMost: 5, reason: "It waits.", next: "wait less." },
    { what: "Rate", figure: "ways.proxy.rate", unit: "a second", atLeast: 10, reason: "It is slow.", next: "hurry." },
  ],
  comparisons: [
    {
      what: "Time",
      unit: "ms",
      better: "lower",
      ours: "ours.ms",
      controls: [
        { name: "nginx", figure: "nginx.ms", why: "It does less." },
        { name: "a snail", figure: "snail.ms", why: "Never said." },
      ],
    },
  ],
};
const figures = {
  ours: { ms: 6 },
  nginx: { ms: 2 },
  snail: { ms: 600 },
  ways: [
    { through: "bare", rate: 99 },
    { through: "proxy", rate: 12 },
  ],
};

test("a figure is found by its path, in a list by a text of its row", () => {
  expect(numberAt(figures, "ways.proxy.rate")).toBe(12);
  expect(numberAt(figures, "ours.ms")).toBe(6);
  expect(numberAt(figures, "ours")).toBeUndefined();
  expect(numberAt(figures, "ways.nginx.rate")).toBeUndefined();
  expect(numberAt(undefined, "ours.ms")).toBeUndefined();
});

const place = { measuredOn: "2026-01-01", machine: "any" };
const resultOf = (latest: Figures, before?: Figures) => ({
  ...place,
  figures: latest,
  ...(before !== undefined && { before: { ...place, figures: before } }),
});

test("a goal that is not reached says why and what next; one that is says nothing", () => {
  expect(verdictsOf(definition, resultOf(figures))).toEqual([
    {
      goal: "Time: at most 5 ms",
      measured: "6 ms",
      standing: "not reached",
      runs: 1,
      because: "It waits. Next: wait less.",
    },
    { goal: "Rate: at least 10 a second", measured: "12 a second", standing: "reached", runs: 1, because: "" },
  ]);
  expect(verdictsOf(definition, undefined).map(({ standing }) => standing)).toEqual(["not measured", "not measured"]);
});

test("a goal counts as reached where both runs reached it", () => {
  const timeOf = (latest: number, before: number) =>
    verdictsOf(definition, resultOf({ ours: { ms: latest } }, { ours: { ms: before } }))[0];
  expect(timeOf(4, 5)).toMatchObject({ standing: "reached", measured: "4 ms, 5 before", runs: 2, because: "" });
  expect(timeOf(4, 6)).toMatchObject({
    standing: "reached in one of two runs",
    because: "It waits. Next: wait less.",
  });
  expect(timeOf(6, 4)).toMatchObject({ standing: "reached in one of two runs" });
  expect(timeOf(6, 6)).toMatchObject({ standing: "not reached" });
});

test("of one run, a control that is better is told with the reason, one that is worse without", () => {
  expect(sentencesOf(definition, resultOf(figures))).toEqual([
    "Time: **nginx is better**, 3 times in one run (here 6 ms; there 2 ms). It does less.",
    "Time: better than a snail, 100 times in one run (here 6 ms; there 600 ms).",
  ]);
});

test("of two runs, who is ahead is told where they agree on it, by more than they differ", () => {
  const against = (own: readonly [number, number], nginx: readonly [number, number]) =>
    sentencesOf(
      definition,
      resultOf({ ours: { ms: own[0] }, nginx: { ms: nginx[0] } }, { ours: { ms: own[1] }, nginx: { ms: nginx[1] } }),
    );
  expect(against([6, 5], [2, 2])).toEqual([
    "Time: **nginx is better**, 2.5 to 3 times (here 6 ms, 5 before; there 2 ms, 2 before). It does less.",
  ]);
  expect(against([2, 2], [6, 5])[0]).toMatch(/^Time: better than nginx, 2.5 to 3 times/);
  // 1.1 and 1.4 times: the two runs differ by 1.27.
  expect(against([1.1, 1.4], [1, 1])[0]).toMatch(/differ by more than this and nginx do/);
  expect(against([1.2, 0.8], [1, 1])[0]).toMatch(/differ by more than this and nginx do/);
  expect(against([1, 1.1], [1, 1])[0]).toMatch(/differ by more than this and nginx do/);
  expect(against([1, 1], [1, 1])[0]).toMatch(/as good as nginx/);
  // What is added may be nothing, or less than nothing, of which there are no times.
  expect(against([2, 2.5], [0, -0.5])[0]).toMatch(/nginx is better\*\* \(/);
  expect(against([0.2, 2], [0, 0])[0]).toMatch(/differ by more than this and nginx do/);
});

test("a result keeps the run before it, and no more, if both were measured in the same way", () => {
  const runOf = (ms: number) => ({ ...place, figures: { ms } });
  const first = following(undefined, 1, runOf(1));
  expect(first).toEqual({ ...runOf(1), method: 1 });
  const third = following(following(first, 1, runOf(2)), 1, runOf(3));
  expect(third).toEqual({ ...runOf(3), method: 1, before: runOf(2) });
  expect(following(third, 2, runOf(4))).toEqual({ ...runOf(4), method: 2 });
  // One that was stored when methods were not counted yet.
  expect(following(runOf(1), 1, runOf(2)).before).toEqual(runOf(1));
});

test("each of the nine has a goal, and a name of its own", () => {
  expect(NINE).toHaveLength(9);
  expect(NINE.filter(({ goals = [] }) => goals.length === 0)).toEqual([]);
  expect(new Set(DEFINITIONS.map(({ name }) => name)).size).toBe(DEFINITIONS.length);
});
