import { describe, expect, test, vi } from "vitest";
import { BEAT_MS } from "../../src/sessions/recovery/roster.ts";
import { createFakeClock, settle } from "../fake-clock.ts";
import { openSessions, type SessionsUnderTest } from "./open-sessions.ts";
import { startTalk } from "./start-session.ts";

/** A machine beside an interview that another one runs, with the id of that session. */
async function openBeside(): Promise<readonly [SessionsUnderTest, string]> {
  const talk = await startTalk();
  const beside = await openSessions({}, { ...talk, clock: createFakeClock(talk.clock.now()) });
  return [beside, talk.session.id];
}

/** Whether each sideband that was attached from now on is closed. */
function watchSidebands({ upstream }: SessionsUnderTest): boolean[] {
  const closed: boolean[] = [];
  const attach = upstream.attach.bind(upstream);
  vi.spyOn(upstream, "attach").mockImplementation(async (...args) => {
    const attached = await attach(...args);
    const index = closed.push(false) - 1;
    if (attached.ok) void attached.sideband.closed.then(() => (closed[index] = true));
    return attached;
  });
  return closed;
}

describe("a machine", () => {
  test("listens no more to a call that it could not inherit, however often it tries", async () => {
    const [beside, id] = await openBeside();
    const { sessions, database, records, clock } = beside;
    const { self } = await records.beat({ address: null, draining: false });
    await database.insertInto("machines").values({ id: "mch_other", address: null, draining: 1, beat: 0 }).execute();
    await database.updateTable("sessions").set({ owner: "mch_other", heir: self }).where("id", "=", id).execute();
    const closed = watchSidebands(beside);
    const inherit = vi.spyOn(records, "inherit").mockRejectedValue(new Error("connection refused"));
    await sessions.takeOver();
    await clock.advance(2 * BEAT_MS);
    expect(closed).toEqual([true, true]);
    inherit.mockRestore();
    await clock.advance(BEAT_MS);
    expect(closed).toEqual([true, true, false]);
    expect(sessions.running().length).toBe(1);
    await sessions.close();
  });

  test("that was taken for dead while it took a session over lets go of it, and hangs nothing up", async () => {
    const [beside, id] = await openBeside();
    const { sessions, database, records, clock, upstream } = beside;
    await database.updateTable("sessions").set({ owner: "mch_other" }).where("id", "=", id).execute();
    await sessions.takeOver();
    await database.updateTable("sessions").set({ owner: null }).where("id", "=", id).execute();
    const turnsOf = records.turnsOf.bind(records);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    vi.spyOn(records, "turnsOf").mockImplementation((sessionId) => answered.then(() => turnsOf(sessionId)));
    const closed = watchSidebands(beside);
    await clock.advance(BEAT_MS);
    await database.deleteFrom("machines").execute();
    await database.updateTable("sessions").set({ owner: "mch_other" }).where("id", "=", id).execute();
    await clock.advance(BEAT_MS);
    answer();
    await settle();
    expect(sessions.running().length).toBe(0);
    expect(closed).toEqual([true]);
    await sessions.close();
    expect(upstream.hungUp).toEqual([]);
  });
});
