import { describe, expect, test } from "vitest";
import { UpstreamError } from "../../src/upstreams/upstream.ts";
import { settle } from "../fake-clock.ts";
import { audioAnswer, audioOffer, offerWithDataChannel } from "../sample-sdp.ts";
import { eve } from "./open-sessions.ts";
import { CALL, offer, type Started, startSession } from "./start-session.ts";
import { countCalls } from "../records/count-calls.ts";

describe("starting a call", () => {
  test("the provider gets the very bytes of the offer, the plan and a name that tells nothing", async () => {
    const started = await startSession({ INTERVIEW_INSTRUCTIONS: "Ask.", VOICE: "cedar" });
    const { outcome } = await offer(started);
    const [create] = started.upstream.creates;
    expect(create?.request.offerSdp).toBe(audioOffer);
    expect(create?.request.plan).toMatchObject({ instructions: "Ask.", voice: "cedar", model: "gpt-realtime-2.1" });
    expect(create?.request.safetyIdentifier).toMatch(/^[0-9a-f]{64}$/);
    create?.answer(CALL);
    expect(await outcome).toMatchObject({ answerSdp: audioAnswer, callId: expect.stringMatching(/^call_/) });
    expect(started.events).toMatchObject([
      { state: "connecting", seq: 1 },
      { state: "live", seq: 2 },
    ]);
    expect(await started.records.callsOf(started.session.id)).toMatchObject([
      { state: "live", upstreamCallId: CALL.callId },
    ]);
  });

  test("a data channel never reaches the provider, and comes back rejected", async () => {
    const started = await startSession();
    const { outcome } = await offer(started, offerWithDataChannel);
    const [create] = started.upstream.creates;
    expect(create?.request.offerSdp).not.toContain("m=application");
    create?.answer(CALL);
    expect((await outcome) as { answerSdp: string }).toMatchObject({
      answerSdp: expect.stringContaining("m=application 0 "),
    });
  });

  test("the sideband configures the call and lets the interviewer speak first, once", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await outcome;
    await settle();
    const [sideband] = started.upstream.sidebands;
    expect(sideband?.sent).toEqual(["configure"]);
    sideband?.say({ type: "ready" });
    sideband?.say({ type: "ready" });
    expect(sideband?.sent).toEqual(["configure", "greet"]);
  });

  test("an offer that breaks a rule costs nothing upstream", async () => {
    const started = await startSession();
    const { outcome } = await offer(started, "v=0\r\n");
    expect(await outcome).toMatchObject({
      code: "SDP_INVALID",
      facts: { rule: expect.any(String), line: expect.any(Number) },
    });
    expect(started.upstream.creates).toHaveLength(0);
    expect(started.session.state).toBe("open");
  });

  test("a second offer during the exchange meets a busy session", async () => {
    const started = await startSession();
    await offer(started);
    const { outcome } = await offer(started);
    expect(await outcome).toMatchObject({ code: "SESSION_BUSY" });
    expect(started.upstream.creates).toHaveLength(1);
  });

  test("a later offer makes a new call and hangs up the old one", async () => {
    const started = await startSession();
    const first = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await first.outcome;
    const second = await offer(started);
    started.upstream.creates[1]?.answer({ ...CALL, callId: "rtc_u1_second00" });
    await second.outcome;
    await settle();
    expect(started.upstream.hungUp).toEqual([CALL.callId]);
    expect(started.session.state).toBe("live");
  });

  test("calls are counted by person; a refusal leaves a running call alone", async () => {
    const started = await startSession({ CALLS_PER_MINUTE: "1" });
    const first = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await first.outcome;
    const second = await offer(started);
    expect(await second.outcome).toMatchObject({ code: "RATE_LIMITED" });
    expect(started.session.state).toBe("live");
    expect(started.upstream.hungUp).toEqual([]);
    const other = await started.sessions.open(eve, {});
    await offer({ sessions: started.sessions, session: other.session });
    expect(started.upstream.creates).toHaveLength(2);
  });
});

describe("a create that fails", () => {
  test("gives its error, opens the session again and is noted as failed", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.fail(new UpstreamError("UPSTREAM_UNAUTHORIZED"));
    expect(await outcome).toMatchObject({ code: "UPSTREAM_UNAUTHORIZED" });
    await settle();
    expect(started.session.state).toBe("open");
    expect(await countCalls(started.records)).toMatchObject({ failed: 1, live: 0 });
  });

  test("with a known id is hung up; with a lost one is noted and counted", async () => {
    const started = await startSession();
    const first = await offer(started);
    started.upstream.creates[0]?.fail(new UpstreamError("UPSTREAM_BAD_ANSWER", { callId: "rtc_known0000" }));
    await first.outcome;
    const second = await offer(started);
    started.upstream.creates[1]?.fail(new UpstreamError("UPSTREAM_UNAVAILABLE", { possibleOrphan: true }));
    await second.outcome;
    await settle();
    expect(started.upstream.hungUp).toEqual(["rtc_known0000"]);
    expect(await countCalls(started.records)).toMatchObject({ ended: 1, possible_orphan: 1 });
  });

  test("an answer that breaks a rule is not handed on, and its call is hung up", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer({
      ...CALL,
      answerSdp: audioAnswer.replace("a=setup:active", "a=setup:actpass"),
    });
    expect(await outcome).toMatchObject({ code: "UPSTREAM_BAD_ANSWER" });
    await settle();
    expect(started.upstream.hungUp).toEqual([CALL.callId]);
  });

  test.each([
    ["first byte", 10_000, false],
    ["whole answer", 15_000, true],
  ])("that is too slow with its %s is given up, yet read to its end and hung up", async (_name, ms, firstByte) => {
    const started = await startSession();
    const { outcome } = await offer(started);
    const [create] = started.upstream.creates;
    if (firstByte) create?.begin();
    await started.clock.advance(ms);
    expect(await outcome).toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    expect(started.session.state).toBe("open");
    await started.clock.advance(30_000);
    create?.answer(CALL);
    await settle();
    expect(started.upstream.hungUp).toEqual([CALL.callId]);
    expect(await countCalls(started.records)).toMatchObject({ ended: 1, possible_orphan: 0 });
  });

  test("that never answers is a possible orphan after a minute more", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    await started.clock.advance(10_000);
    await outcome;
    await started.clock.advance(59_000);
    expect(await countCalls(started.records)).toMatchObject({ connecting: 1 });
    await started.clock.advance(1000);
    expect(await countCalls(started.records)).toMatchObject({ possible_orphan: 1, connecting: 0 });
  });

  test("that stalls after naming its call is hung up", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.begin(CALL.callId);
    await started.clock.advance(15_000);
    expect(await outcome).toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    await started.clock.advance(60_000);
    expect(started.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("whose asker goes is read to its end and hung up, and the session stays open", async () => {
    const started = await startSession();
    const leaving = new AbortController();
    const { outcome } = await offer(started, audioOffer, leaving.signal);
    leaving.abort();
    expect(await outcome).toBeInstanceOf(Error);
    expect(started.session.state).toBe("open");
    started.upstream.creates[0]?.answer(CALL);
    await settle();
    expect(started.upstream.hungUp).toEqual([CALL.callId]);
    expect(started.upstream.sidebands).toEqual([]);
  });

  test("is hung up although the records fail", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.records.updateCall = () => Promise.reject(new Error("disk full"));
    started.upstream.creates[0]?.answer(CALL);
    expect(await outcome).toBeInstanceOf(Error);
    await settle();
    expect(started.upstream.hungUp).toEqual([CALL.callId]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    "whose session ends %i steps after it is confirmed is hung up",
    async (steps) => {
      const { sessions, session, upstream, records, clock } = await startSession({ BUDGET_SECONDS: "600" });
      const { outcome } = await offer({ sessions, session });
      const updateCall = records.updateCall.bind(records);
      records.updateCall = async (id, change) => {
        await updateCall(id, change);
        if (change.state !== "live") return;
        void (async () => {
          for (let step = 0; step < steps; step++) await Promise.resolve();
          await sessions.end(session, "deleted");
        })();
      };
      upstream.creates[0]?.answer(CALL);
      await outcome;
      await settle();
      expect(upstream.hungUp).toEqual([CALL.callId]);
      expect(await countCalls(records)).toMatchObject({ ended: 1, live: 0 });
      expect(clock.pending()).toBe(0);
    },
  );

  test("whose session ends is read to its end and hung up", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    await started.sessions.end(started.session, "client_disconnected");
    expect(await outcome).toMatchObject({ code: "SESSION_ENDED" });
    started.upstream.creates[0]?.answer(CALL);
    await started.sessions.close();
    expect(started.upstream.hungUp).toEqual([CALL.callId]);
    expect(started.clock.pending()).toBe(0);
  });
});

describe("the end of a call", () => {
  async function live(settings: Record<string, string> = {}): Promise<Started> {
    const started = await startSession(settings);
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await outcome;
    await settle();
    started.upstream.sidebands[0]?.say({ type: "ready" });
    return started;
  }

  /** Beside the first one, a second call, to whose session nobody is connected: its sideband is the second. */
  async function liveUnattended(): Promise<Pick<Started, "session" | "upstream" | "clock">> {
    const { sessions, upstream, clock } = await live({ IDLE_SECONDS: "60" });
    const { session } = await sessions.open(eve, {});
    await offer({ sessions, session });
    upstream.creates[1]?.answer({ ...CALL, callId: "rtc_u1_second00" });
    await settle();
    upstream.sidebands[1]?.say({ type: "ready" });
    return { session, upstream, clock };
  }

  test("a muted candidate is waited for longer, without a socket too, and not for ever", async () => {
    const { sessions, session, clock } = await startSession({ IDLE_SECONDS: "60" });
    session.attach({ onEvent: () => undefined, onDisplaced: () => undefined })();
    await sessions.mute(session, true);
    await clock.advance(299_000);
    expect(session.state).toBe("open");
    sessions.noteConnection(session, { quality: "good" });
    await clock.advance(299_999);
    expect(session.state).toBe("open");
    await clock.advance(1);
    expect(session.endReason).toBe("client_gone");
    await expect(sessions.mute(session, false)).rejects.toMatchObject({ code: "SESSION_ENDED" });
  });

  test("who speaks again is waited for as before", async () => {
    const { sessions, session, clock, records } = await startSession({ IDLE_SECONDS: "60" });
    session.attach({ onEvent: () => undefined, onDisplaced: () => undefined })();
    await sessions.mute(session, true);
    expect(await records.findSession(session.id)).toMatchObject({ mutedAt: clock.now() });
    await sessions.mute(session, false);
    expect(await records.findSession(session.id)).toMatchObject({ mutedAt: null });
    await clock.advance(60_000);
    expect(session.endReason).toBe("client_gone");
  });

  test("ending the session hangs up once, and closes the sideband", async () => {
    const { sessions, session, upstream, records } = await live();
    await Promise.all([sessions.end(session, "client_disconnected"), sessions.end(session, "deleted")]);
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(await records.findSession(session.id)).toMatchObject({ endReason: "client_disconnected" });
    expect(await countCalls(records)).toMatchObject({ ended: 1 });
  });

  test("a hang-up that fails is tried until it is done, and noted when it stays unknown for an hour", async () => {
    const { sessions, session, upstream, records, clock } = await live();
    upstream.failHangUps = 4;
    await sessions.end(session, "deleted");
    expect(await records.unfinishedCalls()).toHaveLength(1);
    await clock.advance(30_000);
    expect(upstream.hungUp).toEqual([CALL.callId]);

    const other = await live();
    other.upstream.failHangUps = 999;
    await other.sessions.end(other.session, "deleted");
    await other.clock.advance(3_700_000);
    expect(await countCalls(other.records)).toMatchObject({ possible_orphan: 1 });
    expect(other.clock.pending()).toBe(0);
    expect(await countCalls(records)).toMatchObject({ ended: 1 });
  });

  test("a hang-up that fails is tried again although the records fail too", async () => {
    const { sessions, session, upstream, records, clock } = await live();
    const keepCallId = records.keepCallId.bind(records);
    records.keepCallId = () => Promise.reject(new Error("disk full"));
    upstream.failHangUps = 1;
    await sessions.end(session, "deleted");
    records.keepCallId = keepCallId;
    await clock.advance(1000);
    expect(upstream.hungUp).toEqual([CALL.callId]);
    expect(await countCalls(records)).toMatchObject({ ended: 1 });
  });

  test("when the provider ends the call, the session waits for another one", async () => {
    const { session, upstream, clock, records } = await live();
    upstream.attachResults.push("gone", "gone");
    upstream.sidebands[0]?.drop();
    await clock.advance(5000);
    expect(session.state).toBe("interrupted");
    expect(await countCalls(records)).toMatchObject({ live: 0, ended: 1 });
  });

  test("a sideband that drops while the call lives is attached again, without a second greeting", async () => {
    const { session, upstream } = await live();
    upstream.sidebands[0]?.drop();
    await settle();
    upstream.sidebands[1]?.say({ type: "ready" });
    expect(upstream.sidebands[1]?.sent).toEqual(["configure"]);
    expect(session.state).toBe("live");
  });

  test("a sideband that drops before it is ready is attached again, and the interviewer greets then", async () => {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await outcome;
    await settle();
    started.upstream.sidebands[0]?.drop();
    await settle();
    started.upstream.sidebands[1]?.say({ type: "ready" });
    expect(started.upstream.sidebands[1]?.sent).toEqual(["configure", "greet"]);
    expect(started.session.state).toBe("live");
  });

  test("whoever speaks is present, for as long as it takes; the grace begins with silence", async () => {
    const { session, upstream, clock } = await liveUnattended();
    upstream.sidebands[1]?.say({ type: "candidate_speaking", itemId: "item_1", active: true });
    await clock.advance(600_000);
    expect(session.state).toBe("live");
    upstream.sidebands[1]?.say({ type: "candidate_speaking", itemId: "item_1", active: false });
    await clock.advance(59_000);
    expect(session.state).toBe("live");
    await clock.advance(1000);
    expect(session.state).toBe("ended");
    expect(upstream.hungUp).toContain("rtc_u1_second00");
  });

  test("who spoke when the sideband was lost does not count as present for ever", async () => {
    const { session, upstream, clock } = await liveUnattended();
    upstream.sidebands[1]?.say({ type: "interviewer_speaking", responseId: "resp_1", state: "started" });
    upstream.sidebands[1]?.drop();
    // The next sideband never becomes ready, and is given up.
    await clock.advance(20_000);
    expect(session.state).toBe("interrupted");
    await clock.advance(60_000);
    expect(session.state).toBe("ended");
  });
});

describe("a call that another takes the place of", () => {
  test("leaves nobody speaking: who is gone then does not count as present for ever", async () => {
    const { sessions, upstream, clock } = await startSession({ IDLE_SECONDS: "60" });
    const { session } = await sessions.open(eve, {});
    await offer({ sessions, session });
    upstream.creates[0]?.answer(CALL);
    await settle();
    upstream.sidebands[0]?.say({ type: "ready" });
    upstream.sidebands[0]?.say({ type: "candidate_speaking", itemId: "item_1", active: true });
    await offer({ sessions, session });
    upstream.creates[1]?.answer({ ...CALL, callId: "rtc_u1_second00" });
    await settle();
    upstream.sidebands[1]?.say({ type: "ready" });
    await clock.advance(60_000);
    expect(session.endReason).toBe("client_gone");
  });
});
