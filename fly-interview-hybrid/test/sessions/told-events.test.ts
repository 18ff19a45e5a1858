import { expect, test } from "vitest";
import type { SessionEvent } from "../../src/sessions/session.ts";
import { settle } from "../fake-clock.ts";
import { callAgain, type Started, startSession } from "./start-session.ts";

/** A call in which so many things are said. */
async function talk(started: Started, callId: string, turns: number): Promise<void> {
  const sideband = await callAgain(started, callId);
  for (let index = 0; index < turns; index += 1) {
    const item = { id: `item_${index}`, speaker: "candidate", spoken: true, status: "complete" } as const;
    const previousId = index === 0 ? null : `item_${index - 1}`;
    sideband.say({ type: "item", previousId, item: { ...item, text: `${callId}: answer ${index}` } });
  }
  await settle();
}

test("who comes back to a long session is told all it missed, as it was told to others", async () => {
  const started = await startSession();
  await talk(started, "rtc_u1_first000", 70);
  await talk(started, "rtc_u1_second00", 70);
  const { sessions, session } = started;
  const told = started.events.filter((event): event is SessionEvent & { seq: number } => "seq" in (event as object));
  // Each call tells that it connects and that it is live, and the second one that it goes on where the first one ended.
  expect(told).toHaveLength(2 + 70 + 3 + 70);
  for (const lastSeq of [0, 1, 40, 71, 72, 73, 100, 144, 145]) {
    const turns = await sessions.turnsForEventsAfter(session, lastSeq);
    expect(session.eventsAfter(lastSeq, turns)).toEqual(told.filter(({ seq }) => seq > lastSeq));
  }
});

test("what was said lately is told without a look at the records", async () => {
  const started = await startSession();
  await talk(started, "rtc_u1_first000", 70);
  const { session } = started;
  expect(session.needsTurnsAfter(22)).toBe(false);
  expect(session.eventsAfter(22, [])).toHaveLength(50);
  expect(session.needsTurnsAfter(21)).toBe(true);
});
