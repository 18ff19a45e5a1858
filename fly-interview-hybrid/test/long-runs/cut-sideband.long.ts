import { describe, expect, type TaskMeta, test } from "vitest";
import { faultOf, faultOfAbsence } from "./comparison.ts";
import { type HeldInterview, holdInterviews, HUMAN_SPEED } from "./interviews.ts";
import type { Cut } from "./sideband-cuts.ts";
import { tenTurns } from "./ten-turns.ts";

declare module "vitest" {
  interface TaskMeta {
    /** For the report. */
    held?: { interviews: number; events: number };
  }
}

/** As many interviews as one proxy holds side by side here. */
const AT_ONCE = 90;

const MANY = 500;

/** Longer than any of these takes on a slow machine. */
const TIMEOUT_MS = 1_800_000;

describe("interviews of ten turns", { timeout: TIMEOUT_MS }, () => {
  test(`${MANY} side by side in one proxy are transcribed exactly`, async ({ task }) => {
    const held = await holdInterviews(
      tenTurns,
      Array.from({ length: MANY }, () => []),
    );
    count(task.meta, held);
    for (const { said, transcribed } of held) expect(transcribed).toEqual(said);
  });

  test("cut at each event in turn", async ({ task }) => {
    const held = await holdAll((atEvent) => [{ atEvent, awayMs: 0 }]);
    count(task.meta, held);
    expect(held.flatMap((interview) => faultOf(interview) ?? [])).toEqual([]);
  });

  test.for([300, 3000])("cut at each event in turn, and away for %i ms or a little more", async (awayMs, { task }) => {
    const held = await holdAll((atEvent) => [{ atEvent, awayMs }], HUMAN_SPEED);
    count(task.meta, held);
    expect(held.flatMap((interview) => faultOfAbsence(interview) ?? [])).toEqual([]);
  });

  test("cut at each event in turn, and again at a later one", async ({ task }) => {
    const held = await holdAll((atEvent, events) => [
      { atEvent, awayMs: 0 },
      { atEvent: atEvent + 1 + ((atEvent * 37) % (events - atEvent + 1)), awayMs: 0 },
    ]);
    count(task.meta, held);
    expect(held.flatMap((interview) => faultOfAbsence(interview) ?? [])).toEqual([]);
  });
});

/** One interview for each event of an undisturbed one. */
async function holdAll(
  cutsAt: (event: number, events: number) => readonly Cut[],
  wordsPerSecond?: number,
): Promise<readonly HeldInterview[]> {
  const [whole] = await holdInterviews(tenTurns, [[]], wordsPerSecond);
  const events = whole?.events ?? 0;
  const cuts = Array.from({ length: events }, (_, index) => cutsAt(index + 1, events));
  const held: HeldInterview[] = [];
  for (let from = 0; from < cuts.length; from += AT_ONCE)
    held.push(...(await holdInterviews(tenTurns, cuts.slice(from, from + AT_ONCE), wordsPerSecond)));
  return held;
}

function count(meta: TaskMeta, held: readonly HeldInterview[]): void {
  meta.held = { interviews: held.length, events: held.reduce((sum, { events }) => sum + events, 0) };
}
