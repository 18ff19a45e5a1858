import { expect, test } from "vitest";
import type { Definition } from "../report/definition.ts";
import { pageOf } from "../report/page.ts";
import { drawPlots } from "../report/plots.ts";

const definition: Definition = {
  folder: "somewhere",
  name: "throughput",
  title: "Connects a second",
  about: "How it is measured.",
  goals: [
    { what: "Rate", figure: "ofPassThrough", unit: "times", atLeast: 0.5, reason: "It waits.", next: "wait less." },
  ],
};
const figures = { ofPassThrough: 0.4, ways: [{ through: "proxy", connectsPerSecond: 4000 }] };

test("the page has goals, what was not reached and why, the picture, and all figures with their machine", () => {
  const results = { throughput: { measuredOn: "2026-01-01", machine: "2 cores", versions: "wrk 4.1.0", figures } };
  const page = pageOf([definition], results, { throughput: "![throughput](benchmarks/throughput.svg)" });
  expect(page).toMatch(/\| Rate: at least 0.5 times \| 0.4 times \| \*\*not reached\*\* \(one run\) \|/);
  expect(page).toContain("Not reached: Rate: at least 0.5 times; measured 0.4 times. It waits. Next: wait less.");
  expect(page).toContain("![throughput](benchmarks/throughput.svg)");
  expect(page).toContain("2026-01-01; 2 cores; wrk 4.1.0.");
  expect(page).toMatch(/\| proxy +\| 4000 +\|/);
});

test("the page has both runs, and what both reached is reached", () => {
  const run = (ofPassThrough: number) => ({ measuredOn: "2026-01-02", machine: "2 cores", figures: { ofPassThrough } });
  const pageWith = (latest: number, before: number) =>
    pageOf([definition], { throughput: { ...run(latest), before: run(before) } }, {});
  expect(pageWith(0.6, 0.5)).toMatch(/\| 0.6 times, 0.5 before \| reached \|/);
  const page = pageWith(0.6, 0.4);
  expect(page).toMatch(/\| 0.6 times, 0.4 before \| \*\*reached in one of two runs\*\* \|/);
  expect(page).toContain(
    "Reached in one of two runs: Rate: at least 0.5 times; measured 0.6 times, 0.4 before. It waits.",
  );
  expect(page).toContain("2026-01-02; 2 cores.\nBefore: 2026-01-02; 2 cores.");
  expect(page).toMatch(/\| ofPassThrough \| 0.6 +\| 0.4 +\|/);
});

test("what was measured in another way says so", () => {
  const results = { throughput: { measuredOn: "2026-01-01", machine: "2 cores", figures } };
  expect(pageOf([definition], results, {})).not.toContain("measured in this way");
  expect(pageOf([{ ...definition, method: 2 }], results, {})).toContain("It has not been measured in this way yet");
});

test("what was not measured yet says so", () => {
  expect(pageOf([definition], {}, {})).toContain("Not measured yet.");
});

test("a picture shows each way's rate", () => {
  const { throughput } = drawPlots({ throughput: { measuredOn: "2026-01-01", machine: "2 cores", figures } });
  expect(throughput).toContain("<title>Connects a second on one core</title>");
  expect(throughput).toContain(">4000</text>");
});

test("a picture leaves out what a result does not have", () => {
  const ways = [{ through: "nginx", connectsPerSecond: 9000 }, { through: "proxy" }];
  const drawn = (rows: typeof ways) =>
    drawPlots({ throughput: { measuredOn: "2026-01-01", machine: "", figures: { ways: rows } } });
  expect(drawn(ways).throughput).toContain(">9000</text>");
  expect(drawn(ways).throughput).not.toContain("NaN");
  expect(drawn(ways.slice(1))).toEqual({});
});
