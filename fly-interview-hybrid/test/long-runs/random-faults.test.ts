import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { randomWalks } from "./random-walks.ts";
import { walkAmongFaults } from "./walks-among-faults.ts";

const WALKS = 100;

test("random faults at random steps leave no call and no session without an end", { timeout: 600_000 }, async () => {
  const seed = Number(process.env["FAULTS_SEED"] ?? randomInt(2 ** 31));
  const aftermath = await walkAmongFaults(randomWalks(WALKS, seed));
  const { sessions, broken } = await findBrokenPromises(aftermath);
  expect(broken, `with FAULTS_SEED=${seed}`).toEqual([]);
  // Otherwise nothing was tried.
  expect(sessions.length).toBeGreaterThan(WALKS / 2);
  expect(new Set(sessions.map(({ endReason }) => endReason)).size).toBeGreaterThanOrEqual(5);
  expect(aftermath.provider.mishaps).toBeGreaterThan(WALKS / 2);
});
