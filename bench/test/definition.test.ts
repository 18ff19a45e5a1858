import { expect, test } from "vitest";
import { DEFINITIONS, NINE } from "../definitions.ts";
import { type Definition, sentencesOf, verdictsOf } from "../report/definition.ts";
import { numberAt } from "../report/figures.ts";

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

test("a goal that is not reached says why and what next; one that is says nothing", () => {
  expect(verdictsOf(definition, figures)).toEqual([
    { goal: "Time: at most 5 ms", measured: "6 ms", isReached: false, because: "It waits. Next: wait less." },
    { goal: "Rate: at least 10 a second", measured: "12 a second", isReached: true, because: "" },
  ]);
  expect(verdictsOf(definition, {}).map(({ isReached }) => isReached)).toEqual([undefined, undefined]);
});

test("a control that is better is told with the reason, one that is worse without", () => {
  expect(sentencesOf(definition, figures)).toEqual([
    "Time: **nginx is better** (6 ms here, 2 ms there, 3.00 times). It does less.",
    "Time: better than a snail (6 ms here, 600 ms there, 100.00 times).",
  ]);
});

test("each of the nine has a goal, and a name of its own", () => {
  expect(NINE).toHaveLength(9);
  expect(NINE.filter(({ goals = [] }) => goals.length === 0)).toEqual([]);
  expect(new Set(DEFINITIONS.map(({ name }) => name)).size).toBe(DEFINITIONS.length);
});
