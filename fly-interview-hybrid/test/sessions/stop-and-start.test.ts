import { describe, expect, test } from "vitest";
import { insertOwn } from "../records/each-backend.ts";
import { eve, openSessions } from "./open-sessions.ts";
import { CALL, offer, startSession } from "./start-session.ts";
import { countCalls } from "../records/count-calls.ts";

describe("stopping", () => {
  test("takes no new session or call, ends those there are, and waits for their hang-ups", async () => {
    const { sessions, session, upstream, clock } = await startSession();
    const { outcome } = await offer({ sessions, session });
    const closing = sessions.close();
    await expect(sessions.open(eve, {})).rejects.toMatchObject({ code: "DRAINING" });
    expect(await (await offer({ sessions, session })).outcome).toMatchObject({ code: "DRAINING" });
    expect(await outcome).toMatchObject({ code: "SESSION_ENDED" });
    upstream.creates[0]?.answer(CALL);
    await closing;
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(clock.pending()).toBe(0);
  });

  test("does not wait for ever: a hang-up that fails is left to the next start", async () => {
    const { sessions, session, upstream, clock, records } = await startSession();
    const { outcome } = await offer({ sessions, session });
    upstream.creates[0]?.answer(CALL);
    await outcome;
    upstream.failHangUps = 999;
    const closing = sessions.close();
    await clock.advance(15_000);
    await closing;
    expect(await records.unfinishedCalls()).toMatchObject([{ state: "live", upstreamCallId: CALL.callId }]);
    expect(clock.pending()).toBe(0);
  });

  test("leaves to the next start the id of a call whose answer never came to its end", async () => {
    const { sessions, session, upstream, clock, records } = await startSession();
    await offer({ sessions, session });
    upstream.creates[0]?.begin(CALL.callId);
    upstream.failHangUps = 999;
    const closing = sessions.close();
    await clock.advance(15_000);
    await closing;
    expect(await records.unfinishedCalls()).toMatchObject([{ upstreamCallId: CALL.callId }]);
  });

  test("ends a session that is being opened", async () => {
    const { sessions, records, clock } = await openSessions();
    const opening = sessions.open(eve, {});
    const closing = sessions.close();
    await expect(opening).rejects.toMatchObject({ code: "SESSION_ENDED" });
    await closing;
    expect(await records.runningSessions()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});

describe("what an earlier process left", () => {
  const base = {
    tenant: "default",
    person: "ada",
    name: null,
    persona: "interviewer",
    brief: { maxSeconds: 3600, warnAtSeconds: [], budget: {} },
    endReason: null,
    resumeTokenHashes: [],
    owner: null,
    fence: 0,
    createdAt: 1_699_999_000_000,
    startedAt: 1_699_999_000_000,
    deadline: 1_700_000_000_000,
    interruptedAt: null,
    mutedAt: null,
    consentedAt: null,
    endedAt: null,
  };
  const call = {
    sessionId: "ses_1",
    tenant: "default",
    upstream: "fake",
    createdAt: base.createdAt,
    greetedAt: null,
    endedAt: null,
  };

  test("ends when it is over, its calls hung up, and what cannot be found is counted", async () => {
    const dead = await openSessions();
    await insertOwn(dead.records, { ...base, id: "ses_1" });
    // It had ended before the process died; its call had not.
    await insertOwn(dead.records, { ...base, id: "ses_2", endReason: "deleted", endedAt: 1 });
    await dead.records.insertCall({ ...call, id: "call_1", state: "live", upstreamCallId: "rtc_left0001" });
    await dead.records.insertCall({
      ...call,
      id: "call_2",
      sessionId: "ses_2",
      state: "live",
      upstreamCallId: "rtc_left0002",
    });
    await dead.records.insertCall({ ...call, id: "call_3", state: "connecting", upstreamCallId: null });
    await dead.records.insertCall({
      ...call,
      id: "call_4",
      upstream: "gone",
      state: "live",
      upstreamCallId: "rtc_left0004",
    });
    const { sessions, records, upstream } = await openSessions({}, dead);
    await sessions.takeOver();
    await sessions.close();
    expect(upstream.hungUp.toSorted()).toEqual(["rtc_left0001", "rtc_left0002"]);
    expect(await records.runningSessions()).toEqual([]);
    expect(await records.unfinishedCalls()).toEqual([]);
    // Nobody listened to the last call of the session: its transcript says so, and is closed.
    expect(await records.turnsOf("ses_1")).toMatchObject([{ n: 1, role: "unknown", status: "gap" }]);
    expect(await records.findSeal("ses_1")).toMatchObject({ turns: 1 });
    expect(await countCalls(records)).toEqual({ connecting: 0, live: 0, ended: 2, failed: 0, possible_orphan: 2 });
  });
});
