import { describe, expect, test } from "vitest";
import type { SessionRecord } from "../../src/records/records.ts";
import type { CallEvent, CallItem, Speaker } from "../../src/upstreams/call-event.ts";
import { createFakeClock, settle } from "../fake-clock.ts";
import { ada, openSessions, type SessionsUnderTest } from "./open-sessions.ts";
import { CALL, offer, startSession, startTalk, type Talking } from "./start-session.ts";

/** The process dies without a word: its clock stands still for ever. Another one starts on its records `ms` later. */
async function restart(
  dead: Omit<SessionsUnderTest, "sessions">,
  { ms = 5000, settings = {} }: { readonly ms?: number; readonly settings?: Record<string, string> } = {},
): Promise<SessionsUnderTest> {
  dead.upstream.sidebands.splice(0);
  const again = await openSessions(settings, { ...dead, clock: createFakeClock(dead.clock.now() + ms) });
  await again.sessions.takeOver();
  await settle();
  return again;
}

function item(id: string, speaker: Speaker, text: string | null): CallItem {
  return { id, speaker, text, spoken: true, status: "complete" };
}

/** A turn that is told at once, because it is in writing. */
function says(id: string, previousId: string | null, text: string): CallEvent[] {
  return [
    { type: "item", item: item(id, "interviewer", null), previousId, responseId: `resp_${id}` },
    { type: "text", itemId: id, speaker: "interviewer", text, spoken: false },
  ];
}

async function talkOf(...events: readonly CallEvent[]): Promise<Talking> {
  const talk = await startTalk();
  for (const event of events) talk.sideband.say(event);
  await settle();
  return talk;
}

async function textsOf({ records }: SessionsUnderTest, id: string): Promise<unknown[]> {
  return (await records.turnsOf(id)).map(({ n, text, status }) => [n, text, status]);
}

describe("a process that takes over", () => {
  test("attaches to the call again, and does not greet a second time", async () => {
    const dead = await talkOf(...says("a1", null, "Hello."));
    const { upstream, sessions } = await restart(dead);
    const [sideband] = upstream.sidebands;
    sideband?.say({ type: "ready" });
    expect(sideband?.sent).toEqual(["configure"]);
    expect(upstream.hungUp).toEqual([]);
    await sessions.close();
    expect(upstream.hungUp).toEqual([CALL.callId]);
  });

  test("asks for nothing that was told, however long the call has been", async () => {
    const turns = Array.from({ length: 300 }, (_, n) => says(`a${n}`, n === 0 ? null : `a${n - 1}`, `Point ${n}.`));
    const { upstream } = await restart(await talkOf(...turns.flat()));
    expect(upstream.sidebands[0]?.sent).toEqual(["configure"]);
  });

  test("greets where the process died before it could", async () => {
    const dead = await startSession();
    const { outcome } = await offer(dead);
    dead.upstream.creates[0]?.answer(CALL);
    await outcome;
    const { upstream } = await restart(dead);
    upstream.sidebands[0]?.say({ type: "ready" });
    expect(upstream.sidebands[0]?.sent).toEqual(["configure", "greet"]);
  });

  test("does not greet again where nothing is known of the greeting", async () => {
    const { upstream } = await restart(await startTalk());
    upstream.sidebands[0]?.say({ type: "ready" });
    expect(upstream.sidebands[0]?.sent).toEqual(["configure"]);
  });

  test("goes on with the transcript: what was told is not told again, what was open is asked for", async () => {
    const dead = await talkOf(...says("a1", null, "Hello."), {
      type: "item",
      item: item("u1", "candidate", null),
      previousId: "a1",
    });
    const again = await restart(dead);
    const [sideband] = again.upstream.sidebands;
    expect(sideband?.sent).toEqual(["configure", "retrieve u1"]);
    sideband?.say({ type: "retrieved", item: item("u1", "candidate", "I am Ada.") });
    for (const event of says("a2", "u1", "Go on.")) sideband?.say(event);
    await settle();
    expect(await textsOf(again, dead.session.id)).toEqual([
      [1, "Hello.", "complete"],
      [2, "I am Ada.", "complete"],
      [3, "Go on.", "complete"],
    ]);
  });

  test("finds an item that nobody heard of by its successor, and says that there may have been more before it", async () => {
    const again = await restart(await talkOf(...says("a1", null, "Hello.")), { ms: 500 });
    const [sideband] = again.upstream.sidebands;
    for (const event of says("a2", "u1", "Go on.")) sideband?.say(event);
    expect(sideband?.sent).toEqual(["configure", "retrieve u1"]);
    sideband?.say({ type: "retrieved", item: item("u1", "candidate", "I am Ada.") });
    await settle();
    const [session] = await again.records.runningSessions();
    expect((await textsOf(again, session?.id ?? "")).map((turn) => (turn as unknown[])[1])).toEqual([
      "Hello.",
      null,
      "I am Ada.",
      "Go on.",
    ]);
  });

  test("says in the transcript that nobody listened, where nothing shows what was missed", async () => {
    const dead = await talkOf(...says("a1", null, "Hello."));
    const again = await restart(dead, { ms: 60_000 });
    await again.sessions.close();
    expect(await textsOf(again, dead.session.id)).toEqual([
      [1, "Hello.", "complete"],
      [2, null, "gap"],
    ]);
  });

  test("lets the candidate come back with the last resume token, and tells what was missed", async () => {
    const dead = await startSession();
    const { session, resumeToken } = await dead.sessions.open(ada, { sessionId: dead.session.id });
    const heard = session.seq;
    const again = await restart(dead);
    const back = await again.sessions.open(ada, { resumeToken });
    expect(back).toMatchObject({
      resumed: true,
      session: { id: session.id, time: { deadline: session.time.deadline } },
    });
    expect(back.session.seq).toBeGreaterThan(heard);
  });

  test("replays the turns to who comes back", async () => {
    const dead = await talkOf(...says("a1", null, "Hello."));
    const again = await restart(dead);
    const { session } = await again.sessions.open(ada, { sessionId: dead.session.id });
    expect(session.eventsAfter(dead.session.seq, [])).toMatchObject([
      { type: "turn", text: "Hello." },
      { type: "state", state: "connecting" },
      { type: "state", state: "live" },
    ]);
  });

  test("keeps the time: warnings, goodbye and end come when they were due", async () => {
    const settings = { MAX_SESSION_SECONDS: "60", WARN_AT_SECONDS: "30" };
    const dead = await startTalk(settings);
    await dead.clock.advance(20_000);
    const again = await restart(dead, { ms: 5000, settings: { IDLE_SECONDS: "3600" } });
    const [sideband] = again.upstream.sidebands;
    sideband?.say({ type: "ready" });
    await again.clock.advance(5000);
    expect(sideband?.sent.at(-1)).toMatch(/^instruct About 30 seconds/);
    await again.clock.advance(30_000);
    expect(await again.records.findSession(dead.session.id)).toMatchObject({ endReason: "time_limit" });
    expect(again.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("ends a session whose budget was used up when the other died over the goodbye", async () => {
    const usage = {
      inputTextTokens: 0,
      inputAudioTokens: 0,
      cachedTextTokens: 0,
      cachedAudioTokens: 0,
      outputTextTokens: 0,
      outputAudioTokens: 9,
    };
    const settings = { BUDGET_TOKENS: "9" };
    const dead = await startTalk(settings);
    dead.sideband.say({ type: "response_done", responseId: "r", status: "completed", items: [], usage });
    await settle();
    const again = await restart(dead, { settings });
    expect(await again.records.findSession(dead.session.id)).toMatchObject({ endReason: "budget_exceeded" });
    expect(await textsOf(again, dead.session.id)).toEqual([[1, null, "gap"]]);
    expect(again.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("goes on counting what was used, and says that some may be missing", async () => {
    const usage = {
      inputTextTokens: 1,
      inputAudioTokens: 2,
      cachedTextTokens: 0,
      cachedAudioTokens: 0,
      outputTextTokens: 3,
      outputAudioTokens: 4,
    };
    const done: CallEvent = { type: "response_done", responseId: "r", status: "completed", items: [], usage };
    const dead = await talkOf(done);
    const again = await restart(dead);
    again.upstream.sidebands[0]?.say(done);
    await settle();
    expect(await again.records.usageOfSession(dead.session.id)).toMatchObject({
      responses: 2,
      outputAudioTokens: 8,
      absences: 1,
    });
  });

  test("interrupts a session whose call is gone, and ends it where nobody comes", async () => {
    const dead = await talkOf(...says("a1", null, "Hello."));
    dead.upstream.attachResults.push("gone", "gone");
    const again = await restart(dead);
    await again.clock.advance(100);
    const goneAt = again.clock.now();
    const record = await again.records.findSession(dead.session.id);
    expect(record).toMatchObject({ endReason: null, interruptedAt: goneAt });
    expect(await again.records.unfinishedCalls()).toEqual([]);
    await again.clock.advance(60_000);
    expect(await again.records.findSession(dead.session.id)).toMatchObject({ endReason: "client_gone" });
    await again.sessions.close();
    expect(again.clock.pending()).toBe(0);
  });

  test("ends a session whose time is over, and hangs up its call", async () => {
    const dead = await startTalk({ MAX_SESSION_SECONDS: "60" });
    const again = await restart(dead, { ms: 61_000 });
    await again.clock.advance(0);
    expect(await again.records.findSession(dead.session.id)).toMatchObject({ endReason: "time_limit" });
    expect(again.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("ends a session without a call when nobody comes back", async () => {
    const dead = await startSession();
    const again = await restart(dead);
    await again.clock.advance(59_999);
    expect(await again.records.runningSessions()).toHaveLength(1);
    await again.clock.advance(1);
    expect(await again.records.findSession(dead.session.id)).toMatchObject({ endReason: "client_gone" });
  });
});

describe("the records are looked through every minute", () => {
  async function scheduled(deadlineInMs: number): Promise<SessionsUnderTest> {
    const under = await openSessions();
    const now = under.clock.now();
    const record: SessionRecord = {
      id: "ses_scheduled0000000000000",
      tenant: "default",
      person: "ada",
      name: null,
      persona: "interviewer",
      brief: { maxSeconds: 60, warnAtSeconds: [], budget: {} },
      endReason: null,
      resumeTokenHashes: [],
      owner: null,
      fence: 0,
      createdAt: now,
      startedAt: null,
      deadline: now + deadlineInMs,
      interruptedAt: null,
      mutedAt: null,
      consentedAt: null,
      endedAt: null,
    };
    await under.records.insertSession(record);
    await under.sessions.takeOver();
    return under;
  }

  test("a session that nobody starts in time is ended", async () => {
    const { clock, records, sessions } = await scheduled(90_000);
    await clock.advance(60_000);
    expect(await records.findSession("ses_scheduled0000000000000")).toMatchObject({ endedAt: null });
    await clock.advance(60_000);
    expect(await records.findSession("ses_scheduled0000000000000")).toMatchObject({ endReason: "not_started" });
    await sessions.close();
    expect(clock.pending()).toBe(0);
  });

  test("a session that is started has its whole time, and is left alone", async () => {
    const { clock, sessions, records } = await scheduled(90_000);
    const bound = { ...ada, session: "ses_scheduled0000000000000" };
    await clock.advance(80_000);
    const { session } = await sessions.open(bound, {});
    expect(session).toMatchObject({ id: bound.session, time: { deadline: clock.now() + 60_000 } });
    session.attach({ onEvent: () => undefined, onDisplaced: () => undefined });
    await clock.advance(59_000);
    expect(await records.runningSessions()).toHaveLength(1);
    expect((await sessions.open(bound, {})).resumed).toBe(true);
    await clock.advance(1000);
    expect(session.endReason).toBe("time_limit");
    await expect(sessions.open(bound, {})).rejects.toMatchObject({ code: "SESSION_ENDED" });
  });

  test("a record that claims to run and does not is ended, and a call that nobody owns is hung up", async () => {
    const { clock, records, sessions, upstream } = await scheduled(9_000_000);
    const { session } = await sessions.open(ada, {});
    await sessions.end(session, "deleted");
    // What an end whose last write failed has left.
    await records.updateSession(session.id, { endReason: null, endedAt: null });
    await records.insertCall({
      id: "call_left",
      sessionId: session.id,
      tenant: "default",
      upstream: "fake",
      upstreamCallId: "rtc_left0001",
      state: "live",
      createdAt: clock.now(),
      greetedAt: null,
      endedAt: null,
    });
    await clock.advance(60_000);
    expect(upstream.hungUp).toEqual([]);
    await clock.advance(60_000);
    expect(upstream.hungUp).toEqual(["rtc_left0001"]);
    expect(await records.findSession(session.id)).toMatchObject({ endReason: "shutdown" });
    await sessions.close();
  });
});
