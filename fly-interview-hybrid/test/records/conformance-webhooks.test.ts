import { webhookEventSchema } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { LeaseLost } from "../../src/records/machines.ts";
import type { Mark } from "../../src/records/marks.ts";
import type { Records, SessionRecord } from "../../src/records/records.ts";
import type { TranscriptSeal } from "../../src/records/turns.ts";
import { DELIVER_WITHIN_MS, type Delivery } from "../../src/records/webhooks.ts";
import { ALONE, call, eachBackend, insertOwn, session } from "./each-backend.ts";

const HERE = "https://one.example/hooks";
const THERE = "https://two.example/hooks";
/** Before every claim of these tests. */
const WRITTEN_AT = 1_000_000;
const LATER = 2_000_000_000_000;
const OWN_LIMITS = { ofTenant: 9, ofPerson: 9 };

const endpointsOf = (tenant: string): readonly string[] => (tenant === "default" ? [HERE] : []);

const violation: Mark = {
  id: "mark_1",
  sessionId: "ses_a",
  callId: "call_1",
  at: 5,
  kind: "drift",
  text: null,
  counted: true,
};
const seal: TranscriptSeal = { sessionId: "ses_a", turns: 3, head: "h", publicKey: "k", signature: "s" };
const warning = { sessionId: "ses_a", at: 6, remainingSeconds: 60 };

/** Claims everything that is due, one event of each session after the other, and delivers it; returns the bodies. */
async function deliverAll(records: Records, endpoint = HERE): Promise<readonly unknown[]> {
  const bodies: unknown[] = [];
  for (;;) {
    const claimed = await records.claimDeliveries({ endpoint, now: LATER, until: LATER + 1, limit: 9 });
    if (claimed.length === 0) return bodies;
    for (const delivery of claimed) {
      bodies.push(webhookEventSchema.parse(JSON.parse(delivery.body)));
      await records.finishDelivery(delivery);
    }
  }
}

async function typesOf(records: Records): Promise<readonly string[]> {
  return (await deliverAll(records)).map((body) => (body as { type: string }).type);
}

eachBackend((open, openShared) => {
  async function openWithSession(): Promise<Records> {
    const records = await open(endpointsOf);
    await insertOwn(records, session);
    await records.insertCall(call);
    return records;
  }

  describe("what is told of a session", () => {
    test("is each fact of its life, in order, in the form of the protocol", async () => {
      const records = await openWithSession();
      await records.updateSession("ses_a", { interruptedAt: 3 });
      await records.updateSession("ses_a", { interruptedAt: null, deadline: 8 });
      await records.insertMark(violation);
      await records.noteWarning(warning);
      await records.updateSession("ses_a", { endReason: "budget_exceeded", endedAt: 7 });
      await records.insertSeal(seal);
      const sessionId = "ses_a";
      expect(await deliverAll(records)).toEqual([
        {
          type: "session.started",
          timestamp: "1970-01-01T00:00:00.001Z",
          data: { sessionId, deadline: "1970-01-01T00:00:00.002Z" },
        },
        { type: "session.interrupted", timestamp: "1970-01-01T00:00:00.003Z", data: { sessionId } },
        {
          type: "session.resumed",
          timestamp: "1970-01-01T00:16:40.000Z",
          data: { sessionId, deadline: "1970-01-01T00:00:00.008Z" },
        },
        {
          type: "policy.violation",
          timestamp: "1970-01-01T00:00:00.005Z",
          data: { sessionId, kind: "drift", counted: true },
        },
        { type: "limit.warning", timestamp: "1970-01-01T00:00:00.006Z", data: { sessionId, remainingSeconds: 60 } },
        { type: "budget.exhausted", timestamp: "1970-01-01T00:00:00.007Z", data: { sessionId } },
        {
          type: "session.ended",
          timestamp: "1970-01-01T00:00:00.007Z",
          data: { sessionId, reason: "budget_exceeded", startedAt: "1970-01-01T00:00:00.001Z" },
        },
        { type: "transcript.ready", timestamp: "1970-01-01T00:16:40.000Z", data: { sessionId, turns: 3 } },
      ]);
    });

    test("is its start when its person comes, and its end where nobody does", async () => {
      const records = await open(endpointsOf);
      const scheduled: SessionRecord = { ...session, startedAt: null, resumeTokenHashes: [], consentedAt: 5 };
      await records.insertSession(scheduled);
      await records.insertSession({ ...scheduled, id: "ses_b" });
      expect(await typesOf(records)).toEqual([]);
      await records.startSession(scheduled, { startedAt: 7, deadline: 8, resumeTokenHashes: [] }, OWN_LIMITS);
      await records.updateSession("ses_b", { endReason: "not_started", endedAt: 9 });
      expect(await deliverAll(records)).toMatchObject([
        {
          type: "session.started",
          data: {
            sessionId: "ses_a",
            deadline: "1970-01-01T00:00:00.008Z",
            consentedAt: "1970-01-01T00:00:00.005Z",
          },
        },
        { type: "session.ended", data: { sessionId: "ses_b", reason: "not_started", startedAt: null } },
      ]);
    });

    test("is nothing of one that was not admitted, of private notes, or of what changes nothing", async () => {
      const records = await openWithSession();
      await records.insertRunning({ ...session, id: "ses_b" }, { ofTenant: 1, ofPerson: 1 });
      await records.insertMark({ ...violation, kind: "note", counted: null, text: "Private." });
      await records.updateSession("ses_a", { resumeTokenHashes: ["other"] });
      await records.updateSession("ses_a", { interruptedAt: null, deadline: 9 });
      expect(await typesOf(records)).toEqual(["session.started"]);
    });

    test("is each fact once, though it is written twice", async () => {
      const records = await openWithSession();
      const writes = [
        () => records.updateSession("ses_a", { interruptedAt: 3 }),
        () => records.insertMark(violation),
        () => records.noteWarning(warning),
        () => records.updateSession("ses_a", { endReason: "completed", endedAt: 7 }),
        () => records.insertSeal(seal),
      ];
      for (const write of writes) {
        await write();
        await write();
      }
      expect(await typesOf(records)).toEqual([
        "session.started",
        "session.interrupted",
        "policy.violation",
        "limit.warning",
        "session.ended",
        "transcript.ready",
      ]);
    });

    test("is nothing that another than its owner would write", async () => {
      const [one, other] = await openShared(endpointsOf);
      await insertOwn(one, session);
      await one.insertCall(call);
      const writes = [
        () => other.updateSession("ses_a", { interruptedAt: 3 }),
        () => other.updateSession("ses_a", { endReason: "deleted", endedAt: 7 }),
        () => other.insertMark(violation),
        () => other.noteWarning(warning),
      ];
      for (const write of writes) await expect(write()).rejects.toThrow(LeaseLost);
      expect(await typesOf(one)).toEqual(["session.started"]);
    });

    test("goes to each endpoint of its tenant, under one id, and nowhere where it has none", async () => {
      const records = await open((tenant) => (tenant === "default" ? [HERE, THERE] : []));
      await insertOwn(records, session);
      await insertOwn(records, { ...session, id: "ses_o", tenant: "other" });
      await records.noteWarning({ ...warning, sessionId: "ses_o" });
      const claim = { now: LATER, until: LATER + 1, limit: 9 };
      const [here] = await records.claimDeliveries({ ...claim, endpoint: HERE });
      const [there, ...others] = await records.claimDeliveries({ ...claim, endpoint: THERE });
      expect(others).toEqual([]);
      expect(there).toMatchObject({ eventId: here?.eventId, body: here?.body, tenant: "default" });
      expect(there?.id).not.toBe(here?.id);
    });
  });

  describe("a delivery", () => {
    /** Claims by a machine whose clock says `now`. */
    const claimAt = (records: Records, now: number, limit = 9): Promise<readonly Delivery[]> =>
      records.claimDeliveries({ endpoint: HERE, now, until: now + 100, limit });

    async function openWithSessions(count: number): Promise<readonly [Records, Records]> {
      const both = await openShared(endpointsOf);
      for (let n = 0; n < count; n += 1) await insertOwn(both[0], { ...session, id: `ses_${n}` });
      return both;
    }

    test("is claimed by one machine of several", async () => {
      const [one, other] = await openWithSessions(30);
      const shares = await Promise.all([one, other, one, other].map((records) => claimAt(records, LATER)));
      const claimed = shares.flat().map(({ id }) => id);
      expect(new Set(claimed).size).toBe(claimed.length);
      const rest = [...(await claimAt(one, LATER)), ...(await claimAt(other, LATER, 30))];
      expect(claimed.length + rest.length).toBe(30);
    });

    test("is another's when the claim of a machine that is gone lapses, and no longer the first one's", async () => {
      const [one, other] = await openWithSessions(1);
      const [first] = await claimAt(one, LATER);
      expect(first).toMatchObject({ attempts: 1 });
      expect(await claimAt(other, LATER + 99)).toEqual([]);
      const [second] = await claimAt(other, LATER + 100);
      expect(second).toEqual({ ...first, attempts: 2 });
      if (first === undefined || second === undefined) throw new Error("Nothing was claimed.");
      // The first machine was only slow, and comes too late.
      const tooLate = [
        () => one.postponeDelivery(first, { dueAt: 0, failure: "timed_out" }),
        () => one.giveUpDelivery(first, { givenUpAt: 0, failure: "timed_out" }),
        () => one.finishDelivery(first),
      ];
      for (const write of tooLate) {
        await write();
        expect(await claimAt(one, LATER + 199)).toEqual([]);
        expect(await one.oldestDelivery()).toBeDefined();
      }
      await other.finishDelivery(second);
      expect(await claimAt(one, LATER + 300)).toEqual([]);
      expect(await one.oldestDelivery()).toBeUndefined();
    });

    test("of a session is claimed when those before it are done or given up; others do not wait", async () => {
      const [one, other] = await openWithSessions(2);
      await one.updateSession("ses_0", { interruptedAt: 3 });
      await one.updateSession("ses_0", { interruptedAt: null });
      const [started, ofOther] = await claimAt(one, LATER);
      expect([started, ofOther]).toMatchObject([
        { sessionId: "ses_0", type: "session.started" },
        { sessionId: "ses_1", type: "session.started" },
      ]);
      expect(await claimAt(other, LATER)).toEqual([]);
      if (started === undefined) throw new Error("Nothing was claimed.");
      await one.finishDelivery(started);
      const [interrupted, ...none] = await claimAt(other, LATER);
      expect(none).toEqual([]);
      expect(interrupted).toMatchObject({ type: "session.interrupted" });
      if (interrupted === undefined) throw new Error("Nothing was claimed.");
      await other.postponeDelivery(interrupted, { dueAt: LATER + 50, failure: "http_500" });
      expect(await claimAt(one, LATER + 49)).toEqual([]);
      const [again] = await claimAt(one, LATER + 50);
      expect(again).toEqual({ ...interrupted, attempts: 2 });
      if (again === undefined) throw new Error("Nothing was claimed.");
      await one.giveUpDelivery(again, { givenUpAt: LATER + 60, failure: "http_500" });
      expect(await claimAt(other, LATER + 60)).toMatchObject([{ type: "session.resumed" }]);
    });

    test("that is postponed takes along what waits behind it, which need not be looked at until then", async () => {
      const [one] = await openWithSessions(2);
      await one.updateSession("ses_0", { interruptedAt: 3 });
      const [started, ofOther] = await claimAt(one, LATER);
      if (started === undefined || ofOther === undefined) throw new Error("Nothing was claimed.");
      await one.updateSession("ses_1", { interruptedAt: 3 });
      await one.postponeDelivery(started, { dueAt: LATER + 50, failure: "http_500" });
      for (const delivery of [started, ofOther]) await one.finishDelivery(delivery);
      expect(await claimAt(one, LATER + 49)).toMatchObject([{ sessionId: "ses_1", type: "session.interrupted" }]);
      expect(await claimAt(one, LATER + 50)).toMatchObject([{ sessionId: "ses_0", type: "session.interrupted" }]);
    });

    test("that waits is seen by its age", async () => {
      const [one] = await openWithSessions(0);
      expect(await one.oldestDelivery()).toBeUndefined();
      await insertOwn(one, session);
      expect(await one.oldestDelivery()).toBe(1_700_000_000_000);
    });
  });

  describe("a dead letter", () => {
    async function openWithLetters(): Promise<Records> {
      const records = await open((tenant) => [HERE].filter(() => tenant !== "quiet"));
      for (const [n, tenant] of ["default", "default", "default", "other"].entries()) {
        await insertOwn(records, { ...session, id: `ses_${n}`, tenant });
        const [delivery] = await records.claimDeliveries({ endpoint: HERE, now: LATER, until: LATER + 1, limit: 1 });
        if (delivery === undefined) throw new Error("Nothing was claimed.");
        await records.giveUpDelivery(delivery, { givenUpAt: 10 + Math.min(n, 1), failure: "http_500" });
      }
      return records;
    }

    test("is listed for its tenant, the last given up first, page by page", async () => {
      const records = await openWithLetters();
      const seen: string[] = [];
      let after: { givenUpAt: number; id: string } | undefined;
      for (;;) {
        const [letter] = await records.deadLetters({ tenant: "default", limit: 1, after });
        if (letter === undefined) break;
        expect(letter).toMatchObject({ tenant: "default", failure: "http_500", attempts: 1 });
        seen.push(letter.sessionId);
        after = letter;
      }
      expect(seen.slice(0, 2).toSorted()).toEqual(["ses_1", "ses_2"]);
      expect(seen.slice(2)).toEqual(["ses_0"]);
      expect(await records.deadLetters({ tenant: "other", limit: 9 })).toMatchObject([{ sessionId: "ses_3" }]);
      expect(await records.oldestDelivery()).toBeUndefined();
    });

    test("is due again when its tenant, and nobody else, sends it again", async () => {
      const records = await openWithLetters();
      const [letter] = await records.deadLetters({ tenant: "default", limit: 1 });
      if (letter === undefined) throw new Error("There is none.");
      const { id, eventId } = letter;
      const change = { dueAt: LATER, expiresAt: LATER + 5 };
      expect(await records.resendDeadLetter({ tenant: "other", id }, change)).toBe(false);
      expect(await records.resendDeadLetter({ tenant: "default", id: "dlv_unknown" }, change)).toBe(false);
      expect(await records.resendDeadLetter({ tenant: "default", id }, change)).toBe(true);
      expect(await records.resendDeadLetter({ tenant: "default", id }, change)).toBe(false);
      const claim = { endpoint: HERE, until: LATER + 1, limit: 9 };
      expect(await records.claimDeliveries({ ...claim, now: LATER - 1 })).toEqual([]);
      expect(await records.claimDeliveries({ ...claim, now: LATER })).toMatchObject([
        { id, eventId, attempts: 1, expiresAt: LATER + 5 },
      ]);
    });

    test("is what expires unclaimed, and is forgotten in the end", async () => {
      const records = await openWithSession();
      const expiresAt = WRITTEN_AT + DELIVER_WITHIN_MS;
      expect(await records.giveUpExpired(expiresAt)).toBe(0);
      expect(await records.giveUpExpired(expiresAt + 1)).toBe(1);
      expect(await records.deadLetters({ tenant: "default", limit: 9 })).toMatchObject([
        { givenUpAt: expiresAt + 1, failure: null, attempts: 0 },
      ]);
      await records.forgetDeadLetters(expiresAt + 1);
      expect(await records.deadLetters({ tenant: "default", limit: 9 })).toHaveLength(1);
      await records.forgetDeadLetters(expiresAt + 2);
      expect(await records.deadLetters({ tenant: "default", limit: 9 })).toEqual([]);
    });
  });

  test("a session whose machine is gone is told of by the next one, behind what the first has told", async () => {
    const [one, other] = await openShared(endpointsOf);
    await insertOwn(one, session);
    await one.updateSession("ses_a", { interruptedAt: 3 });
    await one.leave();
    await other.beat(ALONE);
    await other.claimUnowned(9);
    await other.updateSession("ses_a", { interruptedAt: 3 });
    await other.updateSession("ses_a", { interruptedAt: null });
    expect(await typesOf(other)).toEqual(["session.started", "session.interrupted", "session.resumed"]);
  });
});
