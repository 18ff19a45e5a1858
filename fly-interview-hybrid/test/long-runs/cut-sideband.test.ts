import { describe, expect, test } from "vitest";
import { faultOf } from "./comparison.ts";
import { asOnRealtime } from "../doors/voice-api.ts";
import { holdInterviews } from "./interviews.ts";
import { tenTurns } from "./ten-turns.ts";

/** As many interviews as one proxy holds side by side here. */
const AT_ONCE = 90;

describe("an interview of ten turns, two of them interrupted, with an answer that nobody can make out", () => {
  test("is transcribed exactly as the simulator's own log has it", async () => {
    const [held] = await holdInterviews(tenTurns, [[]]);
    expect(held?.transcribed).toEqual(held?.said);
    const statuses = held?.said.map(([, status]) => status) ?? [];
    const failed = asOnRealtime("words that cannot be made out") ? 1 : 0;
    expect(statuses).toHaveLength(18 + failed);
    expect(statuses.filter((status) => status === "interrupted")).toHaveLength(2);
    expect(statuses.filter((status) => status === "failed")).toHaveLength(failed);
  });

  test("is so too when the sideband is cut at any single event", { timeout: 180_000 }, async () => {
    const [whole] = await holdInterviews(tenTurns, [[]]);
    const events = whole?.events ?? 0;
    expect(events).toBeGreaterThan(asOnRealtime("the words of a line") ? 200 : 60);
    for (let from = 1; from <= events; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, events + 1 - from);
      const cuts = Array.from({ length: count }, (_, index) => [{ atEvent: from + index, awayMs: 0 }]);
      const held = await holdInterviews(tenTurns, cuts);
      expect(held.flatMap((interview) => faultOf(interview) ?? [])).toEqual([]);
      expect(held.map((interview) => interview.cuts.length)).toEqual(held.map(() => 1));
    }
  });
});
