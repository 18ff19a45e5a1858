import type { InterviewScript } from "openai-voice-simulator";
import { describe, expect, onTestFinished, test } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { audioOffer } from "../sample-sdp.ts";
import { createSteppingClock, type SteppingClock } from "../stepping-clock.ts";
import { readEvents } from "./event-reader.ts";
import { ENDED_BY_PROXY, expectNoCallLeft } from "./provider-log.ts";
import { saidIn } from "./said-by-simulator.ts";
import type { SocketClient } from "./socket-client.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

const GOODBYE = { interviewer: "Thank you. Goodbye.", tools: [{ name: "end_interview" }] };

interface Begun {
  readonly proxy: ProxyUnderTest;
  readonly clock: SteppingClock;
}

/**
 * An hour of interviews takes seconds: there is no media, and the clock stands only while there is work. The candidate thinks for
 * so long that the voice services show it.
 */
async function begin(turns: InterviewScript["turns"], settings: Record<string, string> = {}): Promise<Begun> {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  const proxy = await startProxy({
    clock,
    settings,
    simulator: { media: "none", thinksMs: 2000, script: { turns }, clock },
  });
  return { proxy, clock };
}

/** Opens an interview and makes its first call. */
async function call(client: SocketClient): Promise<{ sessionId: string; resumeToken: string; deadline: string }> {
  client.send({ type: "init" });
  const initialized = await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");
  return initialized;
}

/** Makes another call whenever the server asks for one. */
async function answerReoffers(client: SocketClient): Promise<string[]> {
  const reasons: string[] = [];
  const answering = (async () => {
    for (;;) {
      const { reason } = await client.next("reoffer");
      reasons.push(reason);
      client.send({ type: "sdp_offer", offer: audioOffer });
    }
  })();
  await Promise.race([client.next("ended"), answering]);
  return reasons;
}

/** Waits until the interviewer is in the middle of its second line. */
async function untilSecondLine({ proxy: { simulator }, clock }: Begun): Promise<void> {
  let begun = 0;
  await simulator.waitFor(({ type }) => type === "call.interviewer_started" && ++begun === 2, {
    timeoutMs: 3_600_000,
  });
  // After its first three words.
  await passed(clock, 1300);
}

function passed(clock: SteppingClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

function liveCall({ simulator }: ProxyUnderTest): string {
  const [live] = simulator.liveCalls();
  if (live === undefined) throw new Error("There is no call.");
  return live.id;
}

async function turnsOf(proxy: ProxyUnderTest, sessionId: string): Promise<TranscriptDocument["turns"]> {
  const headers = { authorization: `Bearer ${await tokenFor("ada")}` };
  const { json } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
  return (json as TranscriptDocument).turns;
}

/** What the simulator has said and heard in all its calls, oldest first; what it was told of earlier ones is not in it. */
function saidBySimulator({ simulator }: ProxyUnderTest): unknown[] {
  const said = simulator.calls().flatMap(saidIn);
  return said.flatMap(([role, , text]) => (text === null ? [] : [[role, text]]));
}

const SHORT = [
  { interviewer: "Hello, and welcome. Who are you?", candidate: "I am Ada." },
  { interviewer: "I see. What do you build, Ada?", candidate: "Engines." },
  { interviewer: "For whom?", candidate: "For Babbage." },
  GOODBYE,
];

describe("an interview whose call is lost in mid-sentence", () => {
  test.each([
    ["reaches the provider's limit", { kind: "expire", afterMs: 0 }],
    ["is ended by the provider", { kind: "drop_call", afterMs: 0 }],
  ] as const)("because it %s, goes on with that question, without a greeting", async (_how, fault) => {
    const begun = await begin(SHORT);
    const { proxy } = begun;
    const client = await proxy.connectAs("ada");
    const { sessionId } = await call(client);
    await untilSecondLine(begun);
    proxy.simulator.injectFault({ ...fault, callId: liveCall(proxy) });
    expect(await answerReoffers(client)).toEqual(["call_lost"]);
    const turns = await turnsOf(proxy, sessionId);
    expect(turns.map(({ role, text }) => [role, text])).toEqual(saidBySimulator(proxy));
    expect(turns.flatMap(({ role, text, status }) => (role === "interviewer" ? [[text, status]] : []))).toEqual([
      ["Hello, and welcome. Who are you?", "complete"],
      [asOnRealtime("the words of a line") ? "I see. What do you build, Ada?" : "I see. What", "interrupted"],
      ["What do you build, Ada?", "complete"],
      ["For whom?", "complete"],
      ["Thank you. Goodbye.", "complete"],
    ]);
    await expectNoCallLeft(proxy.simulator);
  });

  test("is asked for another one when its page comes back, with the time that it had", async () => {
    const begun = await begin(SHORT, { IDLE_SECONDS: "3600" });
    const { proxy, clock } = begun;
    const client = await proxy.connectAs("ada");
    const { sessionId, resumeToken, deadline } = await call(client);
    await untilSecondLine(begun);
    client.close();
    await client.closed;
    const leftMs = Date.parse(deadline) - clock.now();
    const reader = await readEvents(proxy, sessionId, resumeToken);
    proxy.simulator.injectFault({ kind: "drop_call", afterMs: 0, callId: liveCall(proxy) });
    while ((await reader.next("state")).message.state !== "interrupted");
    await passed(clock, 100_000);

    const back = proxy.connect("/", ["bearer", resumeToken]);
    back.send({ type: "init", resumeToken, lastSeq: 0 });
    const initialized = await back.next("initialized");
    expect(Math.abs(initialized.remainingSeconds - leftMs / 1000)).toBeLessThan(3);
    await back.next("reoffer");
    const told = back.messages.map((message) => (message.type === "state" ? message.state : message.type));
    expect(told.filter((type) => type !== "turn")).toEqual(["welcome", "connecting", "live", "interrupted", "clock"]);
    expect(told.at(-1)).toBe("clock");
    back.send({ type: "sdp_offer", offer: audioOffer });
    await back.next("sdp_answer");
    expect(await back.next("ended")).toMatchObject({ reason: "completed" });
  });

  test("goes on for a client without a socket too, whose events say so", async () => {
    const begun = await begin(SHORT);
    const { proxy } = begun;
    const headers = { authorization: `Bearer ${await tokenFor("ada")}`, "content-type": "application/json" };
    const exchange = async (body: object): Promise<{ sessionId: string; resumeToken: string }> => {
      const { json } = await proxy.fetch("/api/sdp-exchange", {
        method: "POST",
        headers,
        body: JSON.stringify({ ...body, sdpOffer: audioOffer }),
      });
      return json as { sessionId: string; resumeToken: string };
    };
    const { sessionId, resumeToken } = await exchange({});
    const reader = await readEvents(proxy, sessionId, resumeToken);
    await untilSecondLine(begun);
    proxy.simulator.injectFault({ kind: "drop_call", afterMs: 0, callId: liveCall(proxy) });
    await reader.next("reoffer");
    expect((await exchange({ sessionId })).sessionId).toBe(sessionId);
    expect((await reader.next("ended")).message).toMatchObject({ reason: "completed" });
    const states = reader.events.flatMap(({ message }) => (message.type === "state" ? [message.state] : []));
    expect(states).toEqual(["connecting", "live", "interrupted", "connecting", "live"]);
    expect(proxy.simulator.calls()).toHaveLength(2);
  });
});

test("an interview that is longer than any call goes on from call to call, and nobody hears it", async () => {
  const questions = Array.from({ length: 24 }, (_, n) => ({
    interviewer: `This is question number ${n + 1}, which is rather long. What do you say to it?`,
    candidate: `I have thought about that, and my answer is number ${n + 1}.`,
  }));
  const limits = { CALL_LIMIT_SECONDS: "90", ROLLOVER_SECONDS: "60" };
  const { proxy } = await begin([...questions, GOODBYE], limits);
  const client = await proxy.connectAs("ada");
  const { sessionId } = await call(client);
  const reasons = await answerReoffers(client);
  expect(reasons.length).toBeGreaterThan(5);
  expect(new Set(reasons)).toEqual(new Set(["call_limit"]));
  const turns = await turnsOf(proxy, sessionId);
  expect(turns.map(({ text }) => text)).toEqual([
    ...questions.flatMap(({ interviewer, candidate }) => [interviewer, candidate]),
    GOODBYE.interviewer,
  ]);
  expect(new Set(turns.map(({ status }) => status))).toEqual(new Set(["complete"]));
  expect(turns.map(({ role, text }) => [role, text])).toEqual(saidBySimulator(proxy));
  await expectNoCallLeft(proxy.simulator);
  const calls = proxy.simulator.calls();
  expect(calls).toHaveLength(reasons.length + 1);
  expect(calls.map(({ endReason }) => endReason)).toEqual(calls.map(() => ENDED_BY_PROXY));
  const longest = Math.max(...calls.map(({ createdAt, endedAt = Infinity }) => endedAt - createdAt));
  expect(longest).toBeLessThan(60_000);
  const resumed = client.messages.flatMap((message) => (message.type === "resumed" ? [message.context] : []));
  expect(resumed).toEqual(reasons.map(() => "whole"));
});
