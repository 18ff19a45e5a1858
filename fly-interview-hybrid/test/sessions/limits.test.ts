import { describe, expect, test } from "vitest";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import { settle } from "../fake-clock.ts";
import { CALL, callAgain, startSession, startTalk, type Talking } from "./start-session.ts";

const begins: CallEvent = { type: "interviewer_speaking", responseId: "resp_9", state: "started" };
const isHeard: CallEvent = { type: "interviewer_speaking", responseId: "resp_9", state: "finished" };

/** Five audio tokens in, seven out. */
const response: CallEvent = {
  type: "response_done",
  responseId: "resp_1",
  status: "completed",
  items: [],
  usage: {
    inputTextTokens: 0,
    inputAudioTokens: 5,
    cachedTextTokens: 0,
    cachedAudioTokens: 2,
    outputTextTokens: 0,
    outputAudioTokens: 7,
  },
};

function spoken({ sideband }: Talking): readonly string[] {
  return sideband.sent.filter((sent) => sent.startsWith("speak"));
}

/** The page goes, and somebody speaks, so that nothing but the limit can end the session. */
function leavePage({ session, sideband }: Talking): void {
  session.attach({ onEvent: () => undefined, onDisplaced: () => undefined })();
  sideband.say({ type: "candidate_speaking", itemId: "u1", active: true });
}

describe("the time of a session", () => {
  const minute = { MAX_SESSION_SECONDS: "60", WARN_AT_SECONDS: "30,10" };

  test("is told before it is over, to the candidate and to the interviewer", async () => {
    const talk = await startTalk(minute);
    await talk.clock.advance(29_999);
    expect(talk.sideband.sent).toEqual(["configure", "greet"]);
    await talk.clock.advance(1);
    expect(talk.events.at(-1)).toEqual({ type: "time_remaining", seconds: 30 });
    expect(talk.sideband.sent.at(-1)).toMatch(/^instruct About 30 seconds .*Wrap up/);
  });

  test("ends with a goodbye, and at once when that was heard", async () => {
    const talk = await startTalk(minute);
    await talk.clock.advance(47_999);
    expect(spoken(talk)).toEqual([]);
    await talk.clock.advance(1);
    expect(spoken(talk)).toEqual([expect.stringMatching(/^speak .*say goodbye/)]);
    talk.sideband.say(begins);
    await talk.clock.advance(2000);
    expect(talk.session.state).toBe("live");
    talk.sideband.say(isHeard);
    await settle();
    expect(talk.session.endReason).toBe("time_limit");
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
    expect(talk.clock.pending()).toBe(0);
  });

  test("what the interviewer was saying is cut off for it, and is not taken for the goodbye", async () => {
    const talk = await startTalk(minute);
    talk.sideband.say({ type: "interviewer_speaking", responseId: "resp_1", state: "started" });
    await talk.clock.advance(48_000);
    talk.sideband.say({ type: "interviewer_speaking", responseId: "resp_1", state: "cut" });
    await settle();
    expect(talk.session.state).toBe("live");
    talk.sideband.say(begins);
    talk.sideband.say(isHeard);
    await settle();
    expect(talk.session.endReason).toBe("time_limit");
  });

  test("is not prolonged by a goodbye that takes too long, nor by one that never begins", async () => {
    const long = await startTalk(minute);
    await long.clock.advance(48_000);
    long.sideband.say(begins);
    await long.clock.advance(11_999);
    expect(long.session.state).toBe("live");
    await long.clock.advance(1);
    expect(long.session.endReason).toBe("time_limit");

    const silent = await startTalk(minute);
    await silent.clock.advance(53_000);
    expect(silent.session.endReason).toBe("time_limit");
  });

  test("leaves a short interview a short goodbye", async () => {
    const talk = await startTalk({ MAX_SESSION_SECONDS: "12" });
    await talk.clock.advance(8999);
    expect(spoken(talk)).toEqual([]);
    await talk.clock.advance(1);
    expect(spoken(talk)).toHaveLength(1);
  });

  test("ends the call although the page is gone", async () => {
    const talk = await startTalk({ ...minute, IDLE_SECONDS: "3600" });
    leavePage(talk);
    await talk.clock.advance(60_000);
    expect(talk.session.endReason).toBe("time_limit");
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("is used to its end where nobody can say goodbye", async () => {
    const { session, clock } = await startSession({ ...minute });
    await clock.advance(59_999);
    expect(session.state).toBe("open");
    await clock.advance(1);
    expect(session.endReason).toBe("time_limit");
  });
});

describe("the budget of a session", () => {
  test("in tokens ends it with a goodbye, although the page is gone", async () => {
    const talk = await startTalk({ BUDGET_TOKENS: "24", IDLE_SECONDS: "3600" });
    leavePage(talk);
    talk.sideband.say(response);
    expect(spoken(talk)).toEqual([]);
    talk.sideband.say({ ...response, responseId: "resp_2" });
    expect(spoken(talk)).toHaveLength(1);
    talk.sideband.say({ ...response, responseId: "resp_3" });
    expect(spoken(talk)).toHaveLength(1);
    await talk.clock.advance(12_000);
    expect(talk.session.endReason).toBe("budget_exceeded");
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
  });

  test("in money is reckoned by the prices of the models, transcription included", async () => {
    const PRICES = JSON.stringify({
      "gpt-realtime-2.1": { audioInput: 10, cachedAudioInput: 1, audioOutput: 100 },
      "gpt-realtime-whisper": { minute: 0.6 },
    });
    const talk = await startTalk({ PRICES, BUDGET_MONEY: "0.1" });
    talk.sideband.say(response);
    talk.sideband.say({ type: "transcription_used", usage: { seconds: 3, tokens: 0 } });
    await settle();
    const { money, ...counts } = await talk.records.usageOfSession(talk.session.id);
    expect(money).toBeCloseTo((3 * 10 + 2 * 1 + 7 * 100) / 1_000_000 + 0.03, 12);
    expect(counts).toMatchObject({
      responses: 1,
      inputAudioTokens: 5,
      cachedAudioTokens: 2,
      outputAudioTokens: 7,
      transcriptionSeconds: 3,
      absences: 0,
    });
    expect(spoken(talk)).toEqual([]);
    talk.sideband.say({ type: "transcription_used", usage: { seconds: 7, tokens: 0 } });
    expect(spoken(talk)).toHaveLength(1);
  });

  test("covers all calls of the session together", async () => {
    const talk = await startTalk({ BUDGET_TOKENS: "30" });
    talk.sideband.say(response);
    talk.sideband.say(response);
    const next = await callAgain(talk, "rtc_u1_second00");
    next.say(response);
    expect(next.sent.some((sent) => sent.startsWith("speak"))).toBe(true);
    await settle();
    expect(await talk.records.usageOfSession(talk.session.id)).toMatchObject({ responses: 3, outputAudioTokens: 21 });
    expect(await talk.records.usageOfTenant("default", 0)).toMatchObject({ responses: 3 });
  });

  test("in seconds counts all calls, and ends hard when it is over", async () => {
    const talk = await startTalk({ BUDGET_SECONDS: "100", MAX_SESSION_SECONDS: "3600" });
    await talk.clock.advance(60_000);
    const next = await callAgain(talk, "rtc_u1_second00");
    await talk.clock.advance(27_999);
    expect(next.sent.some((sent) => sent.startsWith("speak"))).toBe(false);
    await talk.clock.advance(1);
    expect(next.sent.some((sent) => sent.startsWith("speak"))).toBe(true);
    next.say(begins);
    await talk.clock.advance(12_000);
    expect(talk.session.endReason).toBe("budget_exceeded");
  });

  test("a sideband that was away shows in the sums", async () => {
    const talk = await startTalk();
    talk.sideband.say(response);
    talk.sideband.drop();
    await settle();
    expect(await talk.records.usageOfSession(talk.session.id)).toMatchObject({ responses: 1, absences: 1 });
  });
});

describe("how many sessions may run", () => {
  test("is limited by person and by tenant; an end makes room", async () => {
    const { sessions, session } = await startSession({ MAX_SESSIONS: "3", MAX_SESSIONS_PER_PERSON: "2" });
    const other = { ...session.principal, person: "eve" };
    await sessions.open(session.principal, {});
    await expect(sessions.open(session.principal, {})).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    await sessions.open(other, {});
    await expect(sessions.open(other, {})).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    await sessions.end(session, "deleted");
    await sessions.open(other, {});
  });

  test("holds for those that come at once", async () => {
    const { sessions, session } = await startSession({ MAX_SESSIONS_PER_PERSON: "3" });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => sessions.open(session.principal, {})));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  });
});
