import { describe, expect, test } from "vitest";
import { createFakeClock, settle } from "../fake-clock.ts";
import { ada, openSessions, type SessionsUnderTest } from "./open-sessions.ts";
import { callAgain, offer, startTalk, type Started, type Talking } from "./start-session.ts";

const CALL_LOST_MS = 100;

/** The provider ends the call of a session; that shows after {@link CALL_LOST_MS}. */
async function loseCall({ upstream, clock }: Pick<Started, "upstream" | "clock">): Promise<void> {
  upstream.attachResults.push("gone", "gone");
  upstream.sidebands.at(-1)?.drop();
  await clock.advance(CALL_LOST_MS);
}

/** A session of ten minutes, the first of which is over, that has just lost its call. */
async function interrupted(settings: Record<string, string> = {}): Promise<Talking> {
  const talk = await startTalk({
    MAX_SESSION_SECONDS: "600",
    WARN_AT_SECONDS: "300",
    IDLE_SECONDS: "3600",
    ...settings,
  });
  await talk.clock.advance(60_000 - CALL_LOST_MS);
  await loseCall(talk);
  return talk;
}

/** Another process on the same records, `ms` after the first one died without a word. */
async function takenOver(dead: Started, ms: number, settings: Record<string, string> = {}): Promise<SessionsUnderTest> {
  const again = await openSessions(
    { MAX_SESSION_SECONDS: "600", IDLE_SECONDS: "3600", ...settings },
    { ...dead, clock: createFakeClock(dead.clock.now() + ms) },
  );
  await again.sessions.takeOver();
  await settle();
  return again;
}

function left({ session }: Pick<Started, "session">): number {
  return session.time.remainingSeconds;
}

describe("while a session waits for another call its time", () => {
  test("stands still, and goes on with the next one", async () => {
    const talk = await interrupted();
    await talk.clock.advance(120_000);
    expect(left(talk)).toBe(540);
    await callAgain(talk, "rtc_u1_second00");
    expect(left(talk)).toBe(540);
    expect(talk.session.time.deadline).toBe(talk.session.startedAt + 720_000);
    await talk.clock.advance(60_000);
    expect(left(talk)).toBe(480);
  });

  test("stands still from one offer that fails to the next", async () => {
    const talk = await interrupted();
    await talk.clock.advance(60_000);
    const { outcome } = await offer(talk);
    await talk.clock.advance(15_000);
    await outcome;
    expect(talk.session.state).toBe("interrupted");
    await talk.clock.advance(15_000);
    await callAgain(talk, "rtc_u1_second00");
    expect(left(talk)).toBe(540);
  });

  test("takes the warnings, the goodbye and the end with it", async () => {
    const talk = await interrupted();
    await talk.clock.advance(120_000);
    const next = await callAgain(talk, "rtc_u1_second00");
    const sent = (): string[] => next.sent.filter((text) => /^(instruct|speak)/.test(text));
    await talk.clock.advance(239_999);
    expect(sent()).toEqual([]);
    await talk.clock.advance(1);
    expect(sent()).toEqual([expect.stringContaining("5 minutes")]);
    await talk.clock.advance(288_000);
    expect(sent().at(-1)).toMatch(/^speak/);
    await talk.clock.advance(12_000);
    expect(talk.session.endReason).toBe("time_limit");
  });

  test("stands for so long altogether, and no longer", async () => {
    const talk = await interrupted({ INTERRUPTION_SECONDS: "200" });
    await talk.clock.advance(150_000);
    await callAgain(talk, "rtc_u1_second00");
    await loseCall(talk);
    await talk.clock.advance(100_000);
    const latest = talk.session.startedAt + 800_000;
    expect(talk.session.time.deadline).toBe(latest);
    expect(talk.session.standing[0]).toMatchObject({ type: "clock", running: true });
    await callAgain(talk, "rtc_u1_third000");
    expect(talk.session.time.deadline).toBe(latest);
  });

  test("ends it at last although it is interrupted", async () => {
    const talk = await interrupted({ INTERRUPTION_SECONDS: "590" });
    await talk.clock.advance(589_000);
    await callAgain(talk, "rtc_u1_second00");
    await talk.clock.advance(530_000);
    await loseCall(talk);
    await talk.clock.advance(10_000);
    expect(talk.session.endReason).toBe("time_limit");
    expect(talk.clock.pending()).toBe(0);
  });

  test("goes on where the settings want it so", async () => {
    const talk = await interrupted({ INTERRUPTION_CLOCK: "running" });
    expect(talk.session.standing[0]).toMatchObject({ type: "clock", running: true, remainingSeconds: 540 });
    await talk.clock.advance(240_000);
    expect(talk.events.at(-1)).toEqual({ type: "time_remaining", seconds: 300 });
    await callAgain(talk, "rtc_u1_second00");
    expect(left(talk)).toBe(300);
  });

  test("is as long as TURN credentials hold", async () => {
    const { sessions, session } = await interrupted({ TURN_URLS: "turn:turn.example", TURN_SECRET: "a turn secret" });
    const { iceServers } = await sessions.open(ada, { sessionId: session.id });
    expect(iceServers[0]?.username).toBe(`${session.startedAt / 1000 + 900}:${session.id}`);
  });
});

describe("a process that takes over", () => {
  test("an interrupted session has its time right, and waits on", async () => {
    const dead = await interrupted();
    await dead.clock.advance(30_000);
    const again = await takenOver(dead, 20_000);
    const { session } = await again.sessions.open(ada, { sessionId: dead.session.id });
    expect(session.state).toBe("interrupted");
    expect(left({ session })).toBe(540);
    expect(session.standing).toMatchObject([{ running: false }, { reason: "call_lost" }]);
    await callAgain({ ...again, session, events: [] }, "rtc_u1_second00");
    expect(left({ session })).toBe(540);
    expect(session.time.deadline).toBe(session.startedAt + 650_000);
  });

  test("an interrupted session ends it when the first one would have", async () => {
    const dead = await interrupted();
    const again = await takenOver(dead, 20_000);
    await again.clock.advance(279_999);
    expect(await again.records.runningSessions()).toHaveLength(1);
    await again.clock.advance(1);
    expect(await again.records.findSession(dead.session.id)).toMatchObject({ endReason: "upstream_ended" });
    await again.sessions.close();
    expect(again.clock.pending()).toBe(0);
  });

  test("a session that goes on after an interruption has its moved deadline", async () => {
    const dead = await interrupted();
    await dead.clock.advance(120_000);
    await callAgain(dead, "rtc_u1_second00");
    await settle();
    const again = await takenOver(dead, 5000);
    const { session } = await again.sessions.open(ada, { sessionId: dead.session.id });
    expect(session.state).toBe("live");
    expect(left({ session })).toBe(535);
  });

  test("a call that was answered just before the other died counts its time from then on", async () => {
    const dead = await interrupted();
    await dead.clock.advance(120_000);
    await callAgain(dead, "rtc_u1_second00");
    // The last write did not get through.
    await dead.records.updateSession(dead.session.id, {
      interruptedAt: dead.clock.now() - 120_000,
      deadline: dead.session.startedAt + 600_000,
    });
    const again = await takenOver(dead, 5000);
    const { session } = await again.sessions.open(ada, { sessionId: dead.session.id });
    expect(left({ session })).toBe(535);
    expect(await again.records.findSession(session.id)).toMatchObject({ interruptedAt: null });
  });

  test("a session whose call had ended while nobody noted that it was interrupted", async () => {
    const dead = await interrupted();
    await dead.records.updateSession(dead.session.id, { interruptedAt: null });
    const again = await takenOver(dead, 5000);
    const { session } = await again.sessions.open(ada, { sessionId: dead.session.id });
    expect(session.state).toBe("interrupted");
    expect(left({ session })).toBe(540);
    expect(await again.records.findSession(session.id)).toMatchObject({ interruptedAt: dead.clock.now() });
  });
});
