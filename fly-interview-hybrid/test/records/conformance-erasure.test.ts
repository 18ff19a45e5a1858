import { describe, expect, test } from "vitest";
import type { InvitationRecord } from "../../src/records/invitations.ts";
import type { Mark } from "../../src/records/marks.ts";
import type { Records, SessionRecord } from "../../src/records/records.ts";
import type { TurnRecord } from "../../src/records/turns.ts";
import { NO_USAGE } from "../../src/records/usage.ts";
import { call, eachBackend, insertOwn, session, turn } from "./each-backend.ts";

const ada = { tenant: "default", person: "ada" };
const BRIEF = {
  maxSeconds: 600,
  warnAtSeconds: [60],
  budget: { tokens: 5 },
  language: "de",
  instructions: "Ask Ada.",
  questions: ["Why?"],
  metadata: { application: "4711" },
};
const NUMBERS = { maxSeconds: 600, warnAtSeconds: [60], budget: { tokens: 5 }, language: "de" };
const invitation: InvitationRecord = {
  ...ada,
  id: "inv_a",
  persona: "interviewer",
  brief: BRIEF,
  createdAt: 1,
  expiresAt: 100,
  redeemedAt: null,
  revokedAt: null,
  attempts: 0,
  sessionId: null,
};

const mark: Mark = { id: "m", sessionId: "ses_a", callId: "call_1", at: 1, kind: "note", text: "Shy.", counted: null };

/** A session in which something was said, and which has ended. */
async function keepInterview(records: Records, change: Partial<SessionRecord> = {}): Promise<void> {
  const { endedAt, ...begun } = { ...session, brief: BRIEF, name: "my talk", endedAt: 50, ...change };
  await insertOwn(records, { ...begun, endedAt: null });
  const { id: sessionId } = begun;
  await records.insertCall({ ...call, id: `call_${sessionId}`, sessionId, tenant: begun.tenant });
  await records.putUsage(`call_${sessionId}`, { ...NO_USAGE, responses: 3, money: 0.5 });
  await records.insertTurn(turnOf(sessionId));
  await records.insertMark({ ...mark, id: `mark_${sessionId}`, sessionId, callId: `call_${sessionId}` });
  if (endedAt !== null) await records.updateSession(sessionId, { endReason: "completed", endedAt });
}
function turnOf(sessionId: string): TurnRecord {
  return { ...turn, id: `turn_${sessionId}`, sessionId, callId: `call_${sessionId}` };
}
async function wordsOf(records: Records, id: string): Promise<unknown> {
  const [found, turns, marks] = await Promise.all([records.findSession(id), records.turnsOf(id), records.marksOf(id)]);
  return [found?.name, found?.brief.instructions, turns.map(({ text }) => text), marks.map(({ text }) => text)];
}
const WORDS = ["my talk", "Ask Ada.", [turn.text], ["Shy."]];
const NO_WORDS = [null, undefined, [null], [null]];

eachBackend((open, openShared) => {
  describe("erasing the sessions of a person", () => {
    test("takes every word, and leaves numbers, times and hashes", async () => {
      const records = await open();
      await keepInterview(records);
      const before = await records.findSession("ses_a");
      expect(await records.eraseSessions(ada, 60, 10)).toEqual({ sessions: 1, turns: 1 });
      expect(await records.findSession("ses_a")).toEqual({ ...before, name: null, brief: NUMBERS });
      expect(await records.turnsOf("ses_a")).toEqual([{ ...turnOf("ses_a"), text: null, heardText: null, salt: null }]);
      expect(await records.marksOf("ses_a")).toMatchObject([{ kind: "note", at: 1, text: null }]);
      expect(await records.usageOfSession("ses_a")).toMatchObject({ responses: 3, money: 0.5 });
      expect(await records.eraseSessions(ada, 70, 10)).toEqual({ sessions: 0, turns: 0 });
    });

    test("leaves those of others, and those that have not ended", async () => {
      const records = await open();
      await keepInterview(records);
      await keepInterview(records, { id: "ses_eve", person: "eve" });
      await keepInterview(records, { id: "ses_other", tenant: "other" });
      await keepInterview(records, { id: "ses_runs", name: "now", endedAt: null });
      expect(await records.eraseSessions(ada, 60, 10)).toMatchObject({ sessions: 1 });
      expect(await wordsOf(records, "ses_a")).toEqual(NO_WORDS);
      for (const id of ["ses_eve", "ses_other"]) expect(await wordsOf(records, id)).toEqual(WORDS);
      expect(await wordsOf(records, "ses_runs")).toEqual(["now", ...WORDS.slice(1)]);
    });

    test("goes on batch by batch", async () => {
      const records = await open();
      for (const n of [1, 2, 3]) await keepInterview(records, { id: `ses_${n}`, createdAt: n });
      expect(await records.eraseSessions(ada, 60, 2)).toEqual({ sessions: 2, turns: 2 });
      expect(await wordsOf(records, "ses_3")).toEqual(WORDS);
      expect(await records.eraseSessions(ada, 60, 2)).toEqual({ sessions: 1, turns: 1 });
      expect(await records.eraseSessions(ada, 60, 2)).toEqual({ sessions: 0, turns: 0 });
    });

    test("keeps words out that come later: turns and notes are kept without them", async () => {
      const records = await open();
      await keepInterview(records);
      await records.eraseSessions(ada, 60, 10);
      const late = { ...turnOf("ses_a"), id: "turn_late", n: 2, heardText: "Late.", heardTextHash: "u", hash: "h2" };
      expect(await records.insertTurn(late)).toBe(true);
      expect(await records.insertTurn(late)).toBe(false);
      await records.insertMark({ ...mark, id: "m_late", callId: "call_ses_a" });
      expect((await records.turnsOf("ses_a")).at(-1)).toEqual({ ...late, text: null, heardText: null, salt: null });
      expect((await records.marksOf("ses_a")).map(({ text }) => text)).toEqual([null, null]);
    });

    test("at the moment at which its last turns are written leaves none of their words", async () => {
      for (let round = 0; round < 10; round++) {
        const [one, other] = await openShared();
        await keepInterview(one);
        const late = Array.from({ length: 5 }, (_, i) => ({
          ...turnOf("ses_a"),
          id: `late_${i}`,
          n: i + 2,
          hash: `h${i}`,
        }));
        await Promise.all([
          other.eraseSessions(ada, 60, 10),
          ...late.map((added) => one.insertTurn(added)),
          one.insertMark({ ...mark, id: "m_late", callId: "call_ses_a" }),
        ]);
        const turns = await one.turnsOf("ses_a");
        expect(turns.map(({ n, text, salt }) => [n, text, salt])).toEqual(
          [1, 2, 3, 4, 5, 6].map((n) => [n, null, null]),
        );
        expect((await one.marksOf("ses_a")).map(({ text }) => text)).toEqual([null, null]);
      }
    });

    test("by two machines at once erases each once", async () => {
      const [one, other] = await openShared();
      for (const n of [1, 2, 3, 4]) await keepInterview(one, { id: `ses_${n}`, createdAt: n });
      const erased = await Promise.all([one.eraseSessions(ada, 60, 4), other.eraseSessions(ada, 60, 4)]);
      expect(erased.reduce((sum, { sessions, turns }) => sum + sessions + turns, 0)).toBe(8);
    });
  });

  test("erasing the invitations of a person revokes them, and leaves those of others", async () => {
    const records = await open();
    await records.insertInvitation(invitation);
    await records.insertInvitation({ ...invitation, id: "inv_r", revokedAt: 5 });
    await records.insertInvitation({ ...invitation, id: "inv_eve", person: "eve" });
    await records.insertInvitation({ ...invitation, id: "inv_other", tenant: "other" });
    expect(await records.eraseInvitations(ada, 60)).toBe(2);
    expect(await records.eraseInvitations(ada, 70)).toBe(0);
    const find = (id: string, tenant = "default"): Promise<unknown> => records.findInvitation({ id, tenant });
    const brief = { maxSeconds: 0, warnAtSeconds: [], budget: {} };
    expect(await find("inv_a")).toEqual({ ...invitation, brief, revokedAt: 60 });
    expect(await find("inv_r")).toMatchObject({ brief, revokedAt: 5 });
    expect(await find("inv_eve")).toMatchObject({ brief: BRIEF, revokedAt: null });
    expect(await find("inv_other", "other")).toMatchObject({ brief: BRIEF, revokedAt: null });
  });

  describe("erasing what is old", () => {
    test("takes the words of sessions that ended, and of invitations that expired, before a time", async () => {
      const records = await open();
      await keepInterview(records, { id: "ses_old", endedAt: 9 });
      await keepInterview(records, { id: "ses_new", endedAt: 10 });
      await keepInterview(records, { id: "ses_runs", name: "now", endedAt: null });
      await keepInterview(records, { id: "ses_other", tenant: "other", endedAt: 9 });
      await records.insertInvitation({ ...invitation, id: "inv_old", expiresAt: 9 });
      await records.insertInvitation({ ...invitation, id: "inv_new", expiresAt: 10 });
      expect(await records.eraseOlder("default", 10, 60, 10)).toEqual({ sessions: 1, turns: 1, invitations: 1 });
      expect(await records.eraseOlder("default", 10, 60, 10)).toEqual({ sessions: 0, turns: 0, invitations: 0 });
      expect(await wordsOf(records, "ses_old")).toEqual(NO_WORDS);
      for (const id of ["ses_new", "ses_other"]) expect(await wordsOf(records, id)).toEqual(WORDS);
      const old = await records.findInvitation({ id: "inv_old", tenant: "default" });
      expect([old?.brief.questions, old?.revokedAt]).toEqual([undefined, null]);
      const recent = await records.findInvitation({ id: "inv_new", tenant: "default" });
      expect(recent?.brief).toEqual(BRIEF);
    });

    test("by two machines at once erases each once, a batch at a time", async () => {
      const [one, other] = await openShared();
      for (let n = 0; n < 12; n++) await keepInterview(one, { id: `ses_${n}`, name: null, endedAt: n });
      let sessions = 0;
      let turns = 0;
      for (let round = 0; sessions < 12 && round < 12; round++) {
        const batches = await Promise.all([one, other].map((records) => records.eraseOlder("default", 99, 99, 3)));
        for (const batch of batches) {
          expect(batch.sessions).toBeLessThanOrEqual(3);
          sessions += batch.sessions;
          turns += batch.turns;
        }
      }
      expect([sessions, turns]).toEqual([12, 12]);
    });
  });
});
