import { randomInt } from "node:crypto";
import { expect, type TaskMeta, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { randomWalks } from "./random-walks.ts";
import { walkAmongFaults } from "./walks-among-faults.ts";

declare module "vitest" {
  interface TaskMeta {
    /** For the report. */
    held?: { interviews: number; events: number };
  }
}

const SESSIONS = 1000;

/** As many walk side by side. */
const WALKS = 200;

test(`${SESSIONS} sessions with random faults at random steps leave no call and none without an end`, {
  timeout: 3_600_000,
}, async ({ task }) => {
  const held: Required<TaskMeta>["held"] = { interviews: 0, events: 0 };
  while (held.interviews < SESSIONS) {
    const seed = Number(process.env["FAULTS_SEED"] ?? randomInt(2 ** 31));
    const aftermath = await walkAmongFaults(randomWalks(WALKS, seed));
    const { sessions, broken } = await findBrokenPromises(aftermath);
    expect(broken, `with FAULTS_SEED=${seed} and ${WALKS} walks`).toEqual([]);
    held.interviews += sessions.length;
    held.events += aftermath.events;
  }
  task.meta.held = held;
});
