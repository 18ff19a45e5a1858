import { describe, expect, test } from "vitest";
import { settle } from "../fake-clock.ts";
import { offerWithDataChannel } from "../sample-sdp.ts";
import { CALL, callAgain, offer, startSession, startTalk, type Talking } from "./start-session.ts";

const PRICES = JSON.stringify({ "gpt-realtime-2.1": { minute: 0.6 }, "gpt-5.4-mini": { textInput: 10 } });

async function usageOf({ records, session }: Talking) {
  return records.usageOfSession(session.id);
}

describe("a call that is billed by its length", () => {
  test("counts as long as it is said to be, however often and in whichever order", async () => {
    const talk = await startTalk({ PRICES });
    for (const seconds of [15, 15, 45, 30, 45.5]) talk.sideband.say({ type: "lasted", seconds });
    await settle();
    const { money, ...usage } = await usageOf(talk);
    expect(usage).toMatchObject({ voiceSeconds: 45.5, responses: 0 });
    expect(money).toBeCloseTo((45.5 / 60) * 0.6, 12);
  });

  test("counts what it was said to be when it was hung up; a further call counts on", async () => {
    const talk = await startTalk({ PRICES });
    talk.sideband.say({ type: "lasted", seconds: 30 });
    talk.upstream.callEnd = { seconds: 40 };
    const next = await callAgain(talk, "live_2");
    next.say({ type: "lasted", seconds: 15 });
    await talk.sessions.end(talk.session, "deleted");
    await settle();
    const { money, voiceSeconds } = await usageOf(talk);
    expect(voiceSeconds).toBe(80);
    expect(money).toBeCloseTo((80 / 60) * 0.6, 12);
  });

  test("uses up money, as do the tokens of the model that works for the interviewer, at that one's prices", async () => {
    const talk = await startTalk({ PRICES, BUDGET_MONEY: "0.5" });
    const tokens = { inputAudioTokens: 0, cachedTextTokens: 0, cachedAudioTokens: 0, outputAudioTokens: 0 };
    const usage = { ...tokens, inputTextTokens: 30_000, outputTextTokens: 10 };
    talk.sideband.say({ type: "lasted", seconds: 10 });
    talk.sideband.say({ type: "backend_used", usage });
    await settle();
    expect(talk.sideband.sent.some((sent) => sent.startsWith("speak"))).toBe(false);
    expect(await usageOf(talk)).toMatchObject({ responses: 1, inputTextTokens: 30_000 });
    talk.sideband.say({ type: "lasted", seconds: 21 });
    expect(talk.sideband.sent.some((sent) => sent.startsWith("speak"))).toBe(true);
  });
});

describe("a call that the provider says is over", () => {
  test("is not attached to again, and its session waits for another one at once", async () => {
    const talk = await startTalk();
    talk.sideband.say({ type: "over", isPolicy: false });
    await settle();
    expect(talk.session.state).toBe("interrupted");
    expect(talk.events.at(-1)).toEqual({ type: "reoffer", reason: "call_lost" });
    await talk.clock.advance(1000);
    expect(talk.upstream.sidebands).toHaveLength(1);
  });

  test("because of what was said is the end of its session", async () => {
    const talk = await startTalk();
    talk.sideband.say({ type: "over", isPolicy: true });
    await settle();
    expect(talk.session.endReason).toBe("upstream_ended");
    expect(talk.upstream.hungUp).toEqual([CALL.callId]);
  });
});

describe("a provider whose create says what a data channel lets through", () => {
  test.each(["sealed", "open"])("is given the whole offer in %s sessions, and told which they are", async (channel) => {
    const started = await startSession({ DATA_CHANNEL: channel });
    started.upstream.channelIsUnrestricted = false;
    await offer(started, offerWithDataChannel);
    expect(started.upstream.creates[0]?.request).toMatchObject({ offerSdp: offerWithDataChannel, channel });
    await started.sessions.end(started.session, "deleted");
  });

  test("needs no watch on an open page", async () => {
    const started = await startSession({ DATA_CHANNEL: "open", POLICY_VIOLATIONS: "1" });
    started.upstream.channelIsUnrestricted = false;
    const sideband = await callAgain(started);
    await started.clock.advance(10_000);
    sideband.say({ type: "tampered", itemId: "x", how: "injected" });
    sideband.say({ type: "drifted", digest: "other" });
    await settle();
    expect(started.session.state).toBe("live");
    expect(sideband.sent.filter((sent) => sent === "configure")).toHaveLength(1);
  });
});

test("the create of a further call is told what was said, and its sideband what has been said since", async () => {
  const talk = await startTalk();
  const say = (id: string, previousId: string | null, text: string): void => {
    const item = { id, speaker: "interviewer", text: null, spoken: false, status: "complete" } as const;
    talk.sideband.say({ type: "item", item, previousId });
    talk.sideband.say({ type: "text", itemId: id, speaker: "interviewer", text, spoken: false });
  };
  say("a1", null, "Hello.");
  await settle();
  const { outcome } = await offer(talk);
  say("a2", "a1", "Still there?");
  await settle();
  const create = talk.upstream.creates.at(-1);
  expect(create?.request.conversation?.said).toEqual([{ speaker: "interviewer", text: "Hello.", isLate: false }]);
  create?.answer({ ...CALL, callId: "live_2" });
  await outcome;
  await settle();
  const sideband = talk.upstream.sidebands.at(-1);
  sideband?.say({ type: "ready" });
  expect(sideband?.conversations[0]?.said).toEqual([
    { speaker: "interviewer", text: "Hello.", isLate: false },
    { speaker: "interviewer", text: "Still there?", isLate: true },
  ]);
});
