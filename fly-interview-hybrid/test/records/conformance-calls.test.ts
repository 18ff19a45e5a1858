import { describe, expect, test } from "vitest";
import { LeaseLost } from "../../src/records/machines.ts";
import type { Records } from "../../src/records/records.ts";
import { addUsage, NO_USAGE, tokensOf, toUsage, type Usage, USAGE_COUNTS } from "../../src/records/usage.ts";
import type { Mark } from "../../src/records/marks.ts";
import { call, eachBackend, insertOwn, session, turn } from "./each-backend.ts";

/** Another number for each count, so that none passes for another. */
const used: Usage = toUsage((name) => USAGE_COUNTS.indexOf(name) + 1.25);

eachBackend((open, openShared) => {
  async function openWithCalls(): Promise<Records> {
    const records = await open();
    await insertOwn(records, session);
    await insertOwn(records, { ...session, id: "ses_b" });
    await insertOwn(records, { ...session, id: "ses_o", tenant: "other" });
    await records.insertCall(call);
    await records.insertCall({ ...call, id: "call_2", createdAt: 20 });
    await records.insertCall({ ...call, id: "call_3", createdAt: 30, sessionId: "ses_b" });
    await records.insertCall({ ...call, id: "call_4", createdAt: 40, sessionId: "ses_o", tenant: "other" });
    return records;
  }

  test("what runs of a tenant is told with its calls, newest first, also to another machine", async () => {
    const [records, other] = await openShared();
    await insertOwn(records, session);
    await insertOwn(records, { ...session, id: "ses_b", person: "eve", createdAt: 5, interruptedAt: 7, mutedAt: 8 });
    await insertOwn(records, { ...session, id: "ses_o", tenant: "other" });
    await insertOwn(records, { ...session, id: "ses_z", person: "zoe" });
    await records.updateSession("ses_z", { endReason: "deleted", endedAt: 9 });
    await records.insertSession({ ...session, id: "ses_s", startedAt: null });
    await records.insertCall({ ...call, state: "live" });
    await records.insertCall({ ...call, id: "call_2", sessionId: "ses_b", createdAt: 20 });
    await records.insertCall({ ...call, id: "call_3", sessionId: "ses_b", createdAt: 30 });
    for (const id of ["call_2", "call_3"]) await records.putUsage(id, used);
    for (const id of ["call_2", "call_3"]) await records.endCall(id, { state: "ended", endedAt: 40 });
    const mark = { callId: "call_1", sessionId: "ses_a", at: 6, kind: "drift", text: null } as const;
    for (const [n, counted] of [true, true, false, null].entries())
      await records.insertMark({ ...mark, id: `mark_${n}`, counted });

    const nothing = { call: undefined, tokens: 0, money: 0, violations: 0 };
    const ofA = { ...nothing, call: { upstream: call.upstream, state: "live" }, violations: 2 };
    const ofB = { ...nothing, tokens: 2 * tokensOf(used), money: 2 * used.money };
    const times = { startedAt: 1, deadline: 2, persona: "interviewer" };
    const told = [
      { ...times, id: "ses_b", person: "eve", interruptedAt: 7, mutedAt: 8, ...ofB },
      { ...times, id: "ses_a", person: "ada", interruptedAt: null, mutedAt: null, ...ofA },
    ];
    expect(await other.of("default").watchedSessions(10)).toEqual({ sessions: told, total: 2 });
    expect(await records.of("default").watchedSessions(1)).toEqual({ sessions: [told[0]], total: 2 });
    expect(await records.of("nobody").watchedSessions(10)).toEqual({ sessions: [], total: 0 });
  });

  describe("usage", () => {
    test("of a call is what was put last", async () => {
      const records = await openWithCalls();
      expect(await records.usageOfCall("call_1")).toEqual(NO_USAGE);
      await records.putUsage("call_1", addUsage(used, used));
      await records.putUsage("call_1", used);
      expect(await records.usageOfCall("call_1")).toEqual(used);
      await expect(records.putUsage("call_x", used)).rejects.toThrow(LeaseLost);
    });

    test("is summed by session and by tenant, from a moment on", async () => {
      const records = await openWithCalls();
      for (const id of ["call_1", "call_2", "call_3", "call_4"]) await records.putUsage(id, used);
      const twice = addUsage(used, used);
      expect(await records.usageOfSession("ses_a")).toEqual(twice);
      expect(await records.usageOfSession("ses_x")).toEqual(NO_USAGE);
      expect(await records.usageOfTenant("default", 0)).toEqual(addUsage(twice, used));
      expect(await records.usageOfTenant("default", 20)).toEqual(twice);
      expect(await records.usageOfTenant("default", 31)).toEqual(NO_USAGE);
      expect(await records.usageOfTenant("other", 0)).toEqual(used);
    });
  });

  test("items of a call are kept once, in their order, until they are forgotten", async () => {
    const records = await openWithCalls();
    const items = ["b", "a", "c"].map((itemId, index) => ({
      callId: "call_1",
      itemId,
      previousId: index === 0 ? null : "b",
    }));
    for (const item of items) await records.insertCallItem(item);
    await records.insertCallItem({ callId: "call_1", itemId: "a", previousId: "z" });
    await records.insertCallItem({ callId: "call_2", itemId: "a", previousId: null });
    expect(await records.callItems("call_1")).toEqual(items);
    await records.endCall("call_1", { state: "ended", endedAt: 5 });
    expect(await records.callItems("call_1")).toEqual([]);
    expect(await records.callItems("call_2")).toHaveLength(1);
  });

  describe("marks and words", () => {
    const place = { sessionId: "ses_a", callId: "call_1" };
    const note: Mark = { ...place, id: "mark_1", at: 5, kind: "note", text: "Knows SQL.", counted: null };
    const drift: Mark = { ...place, id: "mark_2", at: 4, kind: "drift", text: null, counted: true };

    test("marks of a session are kept once, and come oldest first", async () => {
      const records = await openWithCalls();
      await records.insertMark(note);
      await records.insertMark({ ...note, text: "Other." });
      await records.insertMark(drift);
      await records.insertMark({ ...note, id: "mark_3", sessionId: "ses_b", callId: "call_3" });
      expect(await records.marksOf("ses_a")).toEqual([drift, note]);
    });

    test("words are erased with their salts, the hashes stay, and other sessions keep theirs", async () => {
      const records = await openWithCalls();
      const silent = { ...turn, id: "turn_2", n: 2, text: null, salt: null, textHash: null };
      const other = { ...turn, id: "turn_3", sessionId: "ses_b", callId: "call_3" };
      for (const each of [turn, silent, other]) await records.insertTurn(each);
      await records.insertMark(note);
      await records.insertMark(drift);
      expect(await records.eraseWords("ses_a")).toBe(1);
      expect(await records.eraseWords("ses_a")).toBe(0);
      expect(await records.turnsOf("ses_a")).toEqual([{ ...turn, text: null, heardText: null, salt: null }, silent]);
      expect(await records.marksOf("ses_a")).toEqual([drift, { ...note, text: null }]);
      expect(await records.turnsOf("ses_b")).toEqual([other]);
    });
  });
});
