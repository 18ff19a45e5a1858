import { describe, expect, test } from "vitest";
import { LeaseLost } from "../../src/records/machines.ts";
import { RecordConflict, type Records } from "../../src/records/records.ts";
import { NO_USAGE } from "../../src/records/usage.ts";
import { call, eachBackend, insertOwn, session, turn } from "./each-backend.ts";

eachBackend((open) => {
  test("a session is found as it was kept, and changes", async () => {
    const records = await open();
    await insertOwn(records, session);
    expect(await records.findSession("ses_a")).toEqual({ ...session, owner: expect.any(String) });
    await records.updateSession("ses_a", { endReason: "deleted", endedAt: 5, resumeTokenHashes: ["h", "h2"] });
    expect(await records.findSession("ses_a")).toEqual({
      ...session,
      owner: expect.any(String),
      endReason: "deleted",
      endedAt: 5,
      resumeTokenHashes: ["h", "h2"],
    });
    await records.updateSession("ses_a", { interruptedAt: 1_795_392_000_123 });
    expect(await records.findSession("ses_a")).toMatchObject({ deadline: 2, interruptedAt: 1_795_392_000_123 });
    await records.updateSession("ses_a", { mutedAt: 1_795_392_000_123 });
    expect(await records.findSession("ses_a")).toMatchObject({ mutedAt: 1_795_392_000_123 });
    await records.updateSession("ses_a", { interruptedAt: null, deadline: 1_795_392_000_124 });
    expect(await records.findSession("ses_a")).toMatchObject({ deadline: 1_795_392_000_124, interruptedAt: null });
    expect(await records.findSession("ses_b")).toBeUndefined();
  });

  test("times of our days, fractions, and text of any letters come back as they were", async () => {
    const records = await open();
    const now = 1_795_392_000_123;
    const text = `O'Brien said: "naïve" \\ 100 % — שלום 你好 \u{1F468}\u200D\u{1F4BB}\r\n\t$1 ?`;
    const current = { ...session, person: text, createdAt: now, startedAt: now + 1, deadline: now + 3_600_000 };
    await insertOwn(records, current);
    await records.insertCall({ ...call, createdAt: now });
    const long = { ...turn, text: text.repeat(1000), heardMs: 1234.5678901234, startedAt: now, endedAt: now + 2 };
    await records.insertTurn(long);
    expect(await records.findSession("ses_a")).toEqual({ ...current, owner: expect.any(String) });
    expect(await records.callsOf("ses_a")).toEqual([{ ...call, createdAt: now }]);
    expect(await records.turnsOf("ses_a")).toEqual([long]);
    expect(await records.usageOfTenant("default", now)).toEqual(NO_USAGE);
    expect(await records.spendTicket("t", now)).toBe(true);
  });

  test("running sessions come oldest first", async () => {
    const records = await open();
    await insertOwn(records, { ...session, id: "ses_2", createdAt: 2 });
    await insertOwn(records, { ...session, id: "ses_1", createdAt: 1 });
    await insertOwn(records, { ...session, id: "ses_0", createdAt: 0, endReason: "deleted", endedAt: 3 });
    expect((await records.runningSessions()).map(({ id }) => id)).toEqual(["ses_1", "ses_2"]);
  });

  test("of the sessions that nobody has started, those that are overdue are told apart", async () => {
    const records = await open();
    const waiting = { ...session, startedAt: null };
    await records.insertSession({ ...waiting, id: "ses_late", deadline: 4 });
    await records.insertSession({ ...waiting, id: "ses_due", deadline: 5 });
    await records.insertSession({ ...waiting, id: "ses_ended", deadline: 4, endReason: "deleted", endedAt: 3 });
    await insertOwn(records, { ...session, id: "ses_running", deadline: 4 });
    const [late, ...others] = await records.claimOverdue(5, 10);
    expect(late).toEqual({ ...waiting, id: "ses_late", deadline: 4, owner: expect.any(String), fence: 1 });
    expect(others).toEqual([]);
    expect((await records.runningSessions()).map(({ id }) => id)).toEqual(["ses_running"]);
  });

  test("a name counts once among a person's running sessions", async () => {
    const records = await open();
    await insertOwn(records, { ...session, name: "mine" });
    await expect(insertOwn(records, { ...session, id: "ses_b", name: "mine" })).rejects.toThrow(/unique/i);
    await insertOwn(records, { ...session, id: "ses_c", name: "mine", person: "eve" });
    await insertOwn(records, { ...session, id: "ses_d", name: "mine", tenant: "other" });
    await records.updateSession("ses_a", { endReason: "deleted", endedAt: 5 });
    await insertOwn(records, { ...session, id: "ses_e", name: "mine" });
  });

  test("calls belong to their session, change and are counted", async () => {
    const records = await open();
    await insertOwn(records, session);
    await records.insertCall(call);
    await records.insertCall({ ...call, id: "call_2", createdAt: 2, state: "possible_orphan", endedAt: 3 });
    await records.updateCall("call_1", { state: "live", upstreamCallId: "rtc_1" });
    expect(await records.callsOf("ses_a")).toEqual([
      { ...call, state: "live", upstreamCallId: "rtc_1" },
      { ...call, id: "call_2", createdAt: 2, state: "possible_orphan", endedAt: 3 },
    ]);
    expect(await records.findCall("call_1")).toEqual({ ...call, state: "live", upstreamCallId: "rtc_1" });
    expect(await records.findCall("call_3")).toBeUndefined();
    expect(await records.countOrphans()).toBe(1);
    await expect(records.insertCall({ ...call, id: "call_3", sessionId: "ses_unknown" })).rejects.toThrow(LeaseLost);
  });

  describe("transcripts", () => {
    async function openWithCall(): Promise<Records> {
      const records = await open();
      await insertOwn(records, session);
      await records.insertCall(call);
      return records;
    }

    test("turns come by their numbers, as they were kept", async () => {
      const records = await openWithCall();
      const second = {
        ...turn,
        id: "turn_2",
        n: 2,
        inferred: false,
        typed: true,
        text: null,
        salt: null,
        textHash: null,
      };
      expect(await records.lastTurnOf("ses_a")).toBeUndefined();
      expect(await records.insertTurn(second)).toBe(true);
      expect(await records.insertTurn(turn)).toBe(true);
      expect(await records.turnsOf("ses_a")).toEqual([turn, second]);
      expect(await records.lastTurnOf("ses_a")).toEqual(second);
      expect(await records.turnsOf("ses_b")).toEqual([]);
    });

    test("a turn that is written twice is there once, and stays as it was", async () => {
      const records = await openWithCall();
      expect(await records.insertTurn(turn)).toBe(true);
      expect(await records.insertTurn({ ...turn, n: 2, text: "Other." })).toBe(false);
      expect(await records.turnsOf("ses_a")).toEqual([turn]);
    });

    test("two turns of a session cannot have one number, and none is without its session and call", async () => {
      const records = await openWithCall();
      await records.insertTurn(turn);
      await expect(records.insertTurn({ ...turn, id: "turn_2" })).rejects.toThrow(RecordConflict);
      await expect(records.insertTurn({ ...turn, id: "turn_3", n: 3, callId: "call_x" })).rejects.toThrow(
        RecordConflict,
      );
    });

    test("the first seal of a session stays", async () => {
      const records = await openWithCall();
      const seal = { sessionId: "ses_a", turns: 1, head: "h1", publicKey: "k", signature: "s" };
      expect(await records.findSeal("ses_a")).toBeUndefined();
      await records.insertSeal(seal);
      await records.insertSeal({ ...seal, head: "h2" });
      expect(await records.findSeal("ses_a")).toEqual(seal);
    });

    test("a secret of the server's own is kept once", async () => {
      const records = await open();
      expect(await records.keepSecret("key", "first")).toBe("first");
      expect(await records.keepSecret("key", "second")).toBe("first");
      expect(await records.keepSecret("other", "second")).toBe("second");
    });
  });

  test("a ticket is spent once, and forgotten only after it has expired", async () => {
    const records = await open();
    expect(await records.isTicketSpent("t")).toBe(false);
    expect(await records.spendTicket("t", 1_000_000)).toBe(true);
    expect(await records.isTicketSpent("t")).toBe(true);
    expect(await records.spendTicket("t", 1_000_000)).toBe(false);
    expect(await records.spendTicket("old", 1)).toBe(true);
    expect(await records.spendTicket("old", 1)).toBe(true);
    expect(await records.spendTicket("t", 1_000_000)).toBe(false);
  });

  test("check passes while open and fails once closed; closing twice does no harm", async () => {
    const records = await open();
    await records.check();
    await records.close();
    await records.close();
    await expect(records.check()).rejects.toThrow(/destroyed|closed/i);
  });
});
