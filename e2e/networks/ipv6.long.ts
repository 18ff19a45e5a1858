import { networkInterfaces } from "node:os";
import { afterAll, expect, test } from "vitest";
import { writeFigures } from "../../bench/endurance/reliability-page.ts";
import type { FigureRow } from "../../bench/report/figures.ts";
import { describeMachine, today } from "../../bench/report/machine.ts";
import { watchInterview } from "./watched-interview.ts";

const machine = describeMachine();
const seen: FigureRow[] = [];

// Run by without-ipv4.js, which makes the network.
test("IPv6 alone", { timeout: 240_000 }, async () => {
  const families = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ family }) => family),
  );
  expect(new Set(families)).toEqual(new Set(["IPv6"]));
  const { row, liveCalls } = await watchInterview("IPv6 alone", { host: "::1", settings: { HOST: "::" } });
  seen.push(row);
  expect(liveCalls).toBe(1);
});

afterAll(async () => {
  if (seen.length > 0)
    await writeFigures("networks without IPv4", { measuredOn: today(), machine, figures: { networks: seen } });
});
