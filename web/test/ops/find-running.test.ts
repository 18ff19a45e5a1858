import { expect, test } from "vitest";
import { type Filter, findRunning, type Order } from "../../src/ops/running/find-running.ts";
import { AT, running } from "./sample-sessions.ts";

const NOW = Date.parse(AT);
const ALL = [
  running("1", { person: "grace", money: 0.5, quality: "poor", deadline: "2026-11-27T10:01:00.000Z" }),
  running("2", { person: "Ada 10", violations: 2, quality: null, state: "connecting", upstream: null }),
  running("3", { person: "Ada 9", quality: "lost", deadline: null, remainingSeconds: 30, state: "interrupted" }),
  running("4", { person: "hedy", persona: "marin", money: 0.5, deadline: "2026-11-27T10:05:00.000Z" }),
];

function find(filter: Partial<Filter> = {}, order: Partial<Order> = {}): readonly string[] {
  const wholeFilter = { text: "", show: "all", ...filter } as const;
  const wholeOrder = { by: "person", isDescending: false, ...order } as const;
  return findRunning(ALL, wholeFilter, wholeOrder, NOW).map(({ sessionId }) => sessionId);
}

test.each([
  [{ text: "ADA " }, ["3", "2"]],
  [{ text: "marin" }, ["4"]],
  [{ text: " grace" }, ["1"]],
  [{ text: "nobody" }, []],
  [{ show: "weak" }, ["3", "1"]],
  [{ show: "violations" }, ["2"]],
  [{ show: "not-live" }, ["3", "2"]],
] as const)("%j finds %j", (filter, found) => {
  expect(find(filter)).toEqual(found);
});

test.each([
  ["person", ["3", "2", "1", "4"]],
  ["state", ["2", "3", "1", "4"]],
  // A clock that stands counts with what it has left.
  ["left", ["3", "1", "4", "2"]],
  ["quality", ["3", "1", "2", "4"]],
  ["cost", ["2", "3", "1", "4"]],
  ["violations", ["1", "3", "4", "2"]],
] as const)("in order of %s", (by, found) => {
  expect(find({}, { by })).toEqual(found);
});

test("what is alike keeps its order when that is turned round, so that rows do not change places", () => {
  expect(find({}, { by: "cost", isDescending: true })).toEqual(["1", "4", "2", "3"]);
});
