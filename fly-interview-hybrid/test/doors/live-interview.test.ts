import type { CallReport, InterviewScript, SaidWords } from "openai-voice-simulator";
import { describe, expect, onTestFinished, test } from "vitest";
import { openRecords } from "../../src/records/registry.ts";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { newRecordsFile, type RecordsFile } from "../records-file.ts";
import { audioOffer, offerWithDataChannel } from "../sample-sdp.ts";
import { createSteppingClock, type SteppingClock } from "../stepping-clock.ts";
import { type Said, saidIn } from "./said-by-simulator.ts";
import { SECRETS } from "./secrets.ts";
import type { SocketClient } from "./socket-client.ts";
import { SERVICE } from "./platform.ts";
import { type ProxyTestOptions, type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";

/** Longer than any interview of these tests. */
const PATIENCE = { timeoutMs: 7_200_000 };

const GOODBYE = { interviewer: "Thank you. Goodbye.", tools: [{ name: "end_interview" }] };
const SHORT: InterviewScript["turns"] = [
  { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
  { interviewer: "What do you build?", candidate: "Engines that calculate." },
  GOODBYE,
];
/** Looks for another call a minute before the end of the one before; the candidate may think for hours. */
const SLOW = { ROLLOVER_SECONDS: "60", MAX_SESSION_SECONDS: "7200" };
const ENDLESS: InterviewScript["turns"] = Array.from({ length: 300 }, (_, n) => ({
  interviewer: `Question ${n}, and what of it?`,
  candidate: `Answer ${n}, and some more.`,
}));

interface Begun {
  readonly proxy: ProxyUnderTest;
  readonly clock: SteppingClock;
  readonly records: RecordsFile;
}

async function begin(
  turns: InterviewScript["turns"],
  settings: Record<string, string> = {},
  simulator: ProxyTestOptions["simulator"] = {},
): Promise<Begun> {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  const records = await newRecordsFile(clock);
  const proxy = await startProxy({
    clock,
    settings: { VOICE_API: "live", IDLE_SECONDS: "3600", DATABASE_URL: records.url, ...settings },
    simulator: { media: "none", script: { turns }, clock, ...simulator },
  });
  return { proxy, clock, records };
}

async function call(client: SocketClient, offer = audioOffer): Promise<{ sessionId: string; answer: string }> {
  client.send({ type: "init" });
  const { sessionId } = await client.next("initialized");
  client.send({ type: "sdp_offer", offer });
  const { answer } = await client.next("sdp_answer");
  return { sessionId, answer: answer.sdp };
}

async function interview(proxy: ProxyUnderTest, offer?: string): Promise<{ client: SocketClient; sessionId: string }> {
  const client = await proxy.connectAs("ada");
  return { client, ...(await call(client, offer)) };
}

async function turnsOf(proxy: ProxyUnderTest, sessionId: string): Promise<TranscriptDocument["turns"]> {
  const headers = { authorization: `Bearer ${await tokenFor("ada")}` };
  const { json } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
  return (json as TranscriptDocument).turns;
}

function toSaid(turns: TranscriptDocument["turns"]): readonly Said[] {
  return turns.map(({ role, status, text, heardMs }) => [role, status, text, heardMs]);
}

function onlyCall(proxy: ProxyUnderTest): CallReport {
  const [only, ...others] = proxy.simulator.calls();
  if (only === undefined || others.length > 0) throw new Error("There is not one call.");
  return only;
}

function configOf({ request }: CallReport) {
  if (request.form !== "json") throw new Error("The call was not made over the Live API.");
  return request.session;
}

/** What was told to the interviewer, and what the proxy asked for. */
function told({ events }: CallReport): readonly string[] {
  return events.flatMap(({ direction, channel, type, event }) =>
    direction === "client" && channel === "sideband"
      ? [`${type} ${(event as { content?: string }).content ?? ""}`]
      : [],
  );
}

function twoCalls({ simulator }: ProxyUnderTest): readonly [CallReport, CallReport] {
  const [first, second, ...others] = simulator.calls();
  if (first === undefined || second === undefined || others.length > 0) throw new Error("There are not two calls.");
  return [first, second];
}

/** Waits until the interviewer has said so many lines, in whichever call. */
function untilLine({ simulator }: ProxyUnderTest, count: number): Promise<unknown> {
  let lines = 0;
  const isLine = ({ role }: SaidWords): boolean => role === "interviewer" && ++lines === count;
  return simulator.waitFor(({ type, event }) => type === "call.said" && isLine(event as SaidWords), PATIENCE);
}

/** What the simulator says that a closed call is billed for. */
function billedSeconds({ events }: CallReport): number {
  const closed = events.findLast(({ type }) => type === "session.closed")?.event;
  return (closed as { usage: { seconds: number } } | undefined)?.usage.seconds ?? NaN;
}

describe("an interview over the Live API", () => {
  test("is transcribed as the simulator's own log has it, every turn inferred; captions come before the turn", async () => {
    const { proxy } = await begin(SHORT);
    const { client, sessionId } = await interview(proxy);
    expect(await client.next("ended")).toMatchObject({ reason: "completed" });
    const turns = await turnsOf(proxy, sessionId);
    expect(toSaid(turns)).toEqual(saidIn(onlyCall(proxy)));
    expect(turns).toHaveLength(5);
    for (const { inferred, startedAt, endedAt, role, text, heardText } of turns) {
      expect(inferred).toBe(true);
      expect(Date.parse(endedAt ?? "")).toBeGreaterThan(Date.parse(startedAt ?? ""));
      expect(heardText).toBe(role === "interviewer" ? text : null);
    }
    const first = turns[0];
    const deltas = client.messages.filter((message) => message.type === "transcript_delta");
    expect(
      deltas
        .flatMap(({ turnId, text }) => (turnId === first?.id ? [text] : []))
        .join("")
        .trim(),
    ).toBe(first?.text);
    await proxy.simulator.waitFor(({ type }) => type === "call.ended", PATIENCE);
    expect(onlyCall(proxy)).toMatchObject({ state: "ended", endReason: "session_closed" });
  });

  test("is asked for as planned: sealed, unstored, with the tools at another model, the person named by a hash", async () => {
    const { proxy } = await begin(SHORT, { VOICE: "willow", LIVE_DELEGATION_MODEL: "gpt-tools" });
    const client = await proxy.connectAs("ada");
    client.send({ type: "init" });
    expect(await client.next("initialized")).toMatchObject({ dataChannel: "required" });
    client.send({ type: "sdp_offer", offer: offerWithDataChannel });
    await client.next("sdp_answer");
    const { request } = onlyCall(proxy);
    expect(request.offerSdp, "permissions seal the channel, so that it stays in the offer").toBe(offerWithDataChannel);
    const config = configOf(onlyCall(proxy));
    expect(config).toMatchObject({
      model: "gpt-live-1",
      audio: { output: { voice: "willow" } },
      store: false,
      safety_identifier: expect.stringMatching(/^[0-9a-f]{64}$/),
      client: { data_channel: { allowed_client_events: [], allowed_server_events: [] } },
      delegation: { type: "responses", responses: { model: "gpt-tools" } },
    });
    expect(config.instructions).toContain(SECRETS.instructions);
    expect(JSON.stringify(config.delegation)).toMatch(/"end_interview".*"note"/);
  });

  test("an open page gets captions and may mute; the whole session only where the settings reveal it", async () => {
    for (const reveals of [false, true]) {
      const { proxy } = await begin(SHORT, { DATA_CHANNEL: "open", LIVE_REVEAL_SESSION: String(reveals) });
      await interview(proxy, offerWithDataChannel);
      const channel = configOf(onlyCall(proxy)).client?.data_channel;
      expect(channel?.allowed_client_events).toEqual(["session.input_audio.mute", "session.input_audio.unmute"]);
      const servers = JSON.stringify(channel?.allowed_server_events);
      expect(servers).toContain("session.output_transcript.delta");
      for (const type of ["session.started", "session.updated", "session.closed"])
        expect(servers.includes(type)).toBe(reveals);
    }
  });

  test("fields that a service does not know are left out where the settings say so", async () => {
    const { proxy } = await begin(SHORT, {
      LIVE_LEAVES_OUT: "client,safety_identifier,store",
      LIVE_NEEDS_DATA_CHANNEL: "false",
    });
    const { answer } = await call(await proxy.connectAs("ada"), offerWithDataChannel);
    const config = configOf(onlyCall(proxy));
    for (const field of ["client", "safety_identifier", "store"]) expect(config).not.toHaveProperty(field);
    expect(onlyCall(proxy).request.offerSdp, "nothing else seals the call then").not.toContain("m=application");
    expect(answer).toContain("m=application 0 ");
  });

  test("an interruption, words of assent and words that nobody understands", async () => {
    const { proxy } = await begin([
      {
        interviewer: "Tell me about the engine that you built and why you did",
        candidate: "Which one?",
        interruptsAfterMs: 1500,
      },
      {
        interviewer: "The one that calculates, with all of its wheels, please.",
        overlap: { candidate: "Mhm.", afterMs: 900 },
        candidate: "It adds.",
      },
      { interviewer: "And then?", candidate: "Nobody understands this.", transcriptionFails: true },
      GOODBYE,
    ]);
    const { client, sessionId } = await interview(proxy);
    await client.next("ended");
    const said = saidIn(onlyCall(proxy)).filter(([, , text]) => text !== "");
    expect(toSaid(await turnsOf(proxy, sessionId))).toEqual(said);
    expect(said.map(([role, status]) => `${role} ${status}`)).toEqual([
      "interviewer interrupted",
      "candidate complete",
      "interviewer complete",
      "candidate complete",
      "candidate complete",
      "interviewer complete",
      "interviewer complete",
    ]);
  });

  test("notes are kept in private, and what the tools' model used is counted apart from the voice", async () => {
    const NOTE = "Evasive about the looms.";
    const tools = [{ name: "note", arguments: { text: NOTE } }, { name: "end_interview" }];
    const prices = JSON.stringify({ "gpt-live-1": { minute: 0.6 }, "gpt-5.4-mini": { textInput: 1, textOutput: 1 } });
    const { proxy, clock, records } = await begin([...SHORT.slice(0, 2), { ...GOODBYE, tools }], { PRICES: prices });
    const { client, sessionId } = await interview(proxy);
    expect(await client.next("ended")).toMatchObject({ reason: "completed" });
    await proxy.simulator.waitFor(({ type }) => type === "call.ended", PATIENCE);
    const seconds = billedSeconds(onlyCall(proxy));
    await proxy.close();
    expect(JSON.stringify(client.messages)).not.toContain(NOTE);
    expect(proxy.logLines.join("")).not.toContain(NOTE);
    const kept = await openRecords(records.handOver().url, clock);
    onTestFinished(() => kept.close());
    expect(await kept.marksOf(sessionId)).toMatchObject([{ kind: "note", text: NOTE }]);
    const usage = await kept.usageOfSession(sessionId);
    const tokens = usage.inputTextTokens + usage.outputTextTokens;
    expect(tokens).toBeGreaterThan(0);
    expect(usage.voiceSeconds).toBe(seconds);
    expect(usage.money).toBeCloseTo(tokens / 1_000_000 + (usage.voiceSeconds / 60) * 0.6, 9);
    expect(usage).toMatchObject({ transcriptionSeconds: 0, absences: 0 });
  });
});

describe("limits on the Live API", () => {
  test("time is up: both are warned, the goodbye is heard, and the call is closed", async () => {
    const { proxy } = await begin(ENDLESS, { MAX_SESSION_SECONDS: "60", WARN_AT_SECONDS: "30" });
    const { client, sessionId } = await interview(proxy);
    expect(await client.next("time_remaining")).toMatchObject({ seconds: 30 });
    expect(await client.next("ended")).toMatchObject({ reason: "time_limit" });
    await proxy.simulator.waitFor(({ type }) => type === "call.ended", PATIENCE);
    const only = onlyCall(proxy);
    expect(told(only)).toContainEqual(expect.stringMatching(/^session\.thinking\.append About 30 seconds/));
    expect(told(only)).toContainEqual(expect.stringMatching(/^session\.instructions\.append Stop speaking\./));
    const turns = await turnsOf(proxy, sessionId);
    expect(turns.findLast(({ role }) => role === "interviewer")).toMatchObject({
      text: "Thank you for your time. Goodbye.",
      status: "complete",
    });
    expect(only).toMatchObject({ state: "ended", endReason: "session_closed" });
    expect((only.endedAt ?? 0) - only.createdAt).toBeLessThanOrEqual(61_000);
  });

  test.each([
    ["money", { BUDGET_MONEY: "1", PRICES: '{"gpt-live-1":{"minute":1}}' }],
    ["seconds", { BUDGET_SECONDS: "60" }],
  ])("%s is used up: the interview ends with a goodbye", async (_what, settings) => {
    const { proxy } = await begin(ENDLESS, settings);
    const { client } = await interview(proxy);
    expect(await client.next("ended")).toMatchObject({ reason: "budget_exceeded" });
    expect(saidIn(onlyCall(proxy)).findLast(([role]) => role === "interviewer")?.[2]).toContain("Goodbye.");
  });
});

test("a call that the service ends because of what was said is the end of the interview", async () => {
  const { proxy } = await begin(ENDLESS);
  const { client, sessionId } = await interview(proxy);
  await untilLine(proxy, 2);
  proxy.simulator.injectFault({ kind: "content", afterMs: 0, callId: onlyCall(proxy).id });
  expect(await client.next("ended")).toMatchObject({ reason: "upstream_ended" });
  expect(client.messages.filter(({ type }) => type === "reoffer")).toEqual([]);
  expect(toSaid(await turnsOf(proxy, sessionId)).slice(0, 3)).toEqual(saidIn(onlyCall(proxy)).slice(0, 3));
});

describe("another call on the Live API", () => {
  test("is told with its create what was said, goes on from there, and makes one transcript with the first", async () => {
    const { proxy } = await begin(SHORT);
    const { client, sessionId } = await interview(proxy);
    await untilLine(proxy, 2);
    proxy.simulator.injectFault({ kind: "drop_call", afterMs: 0, callId: onlyCall(proxy).id });
    expect(await client.next("reoffer")).toMatchObject({ reason: "call_lost" });
    const before = await turnsOf(proxy, sessionId);
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("resumed")).toMatchObject({ context: "whole" });
    await client.next("ended");
    const [first, second] = twoCalls(proxy);
    expect(configOf(first)).not.toHaveProperty("input");
    const input = configOf(second).input ?? [];
    expect(input.map(({ role, content }) => [role, content[0].text])).toEqual(
      before.map(({ role, text }) => [role === "interviewer" ? "assistant" : "user", text]),
    );
    expect(told(second)).toEqual([
      expect.stringMatching(/^session\.instructions\.append The connection was interrupted/),
    ]);
    const turns = await turnsOf(proxy, sessionId);
    expect(turns.map(({ text }) => text)).toEqual([
      "Hello. Who are you?",
      "I am Ada.",
      "What do you build?",
      "Engines that calculate.",
      "Thank you. Goodbye.",
    ]);
    expect(new Set(turns.map((turn) => turn.call)).size).toBe(2);
  });

  test("comes when the service says that it ends the call, and in a pause nobody hears it", async () => {
    const { proxy } = await begin([...SHORT.slice(0, 2), { interviewer: "And what else?" }], SLOW, {
      liveSessionSeconds: 240,
    });
    const { client, sessionId } = await interview(proxy);
    await client.next("reoffer");
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("resumed")).toMatchObject({ context: "whole" });
    await proxy.simulator.waitFor(({ type }) => type === "call.ended", PATIENCE);
    const [before, after] = twoCalls(proxy);
    expect(before.endReason).toBe("session_closed");
    // The service tells its limit in whole seconds, and an offer takes its time.
    expect(Math.abs(after.createdAt - before.createdAt - 180_000)).toBeLessThan(1000);
    await proxy.simulator.waitFor(({ type }) => type === "session.thinking.appended", PATIENCE);
    expect(told(twoCalls(proxy)[1])).toEqual([
      expect.stringMatching(/^session\.thinking\.append The candidate has heard your last/),
    ]);
    client.send({ type: "disconnect" });
    await client.closed;
    expect((await turnsOf(proxy, sessionId)).map(({ text }) => text)).toEqual([
      "Hello. Who are you?",
      "I am Ada.",
      "What do you build?",
      "Engines that calculate.",
      "And what else?",
    ]);
  });
});

test("the next process goes on with a Live call: its transcript, its length and its end", async () => {
  const { proxy, clock, records } = await begin(ENDLESS, { SESSIONS_ON_STOP: "keep" });
  const { sessionId } = await interview(proxy);
  await untilLine(proxy, 3);
  const provider = proxy.simulator;
  await proxy.app.close();
  const next = await startProxy({
    clock,
    provider,
    settings: {
      VOICE_API: "live",
      IDLE_SECONDS: "3600",
      DATABASE_URL: records.handOver().url,
      SERVICE_TOKEN: SERVICE,
    },
  });
  await untilLine(next, 8);
  const headers = { authorization: `Bearer ${await tokenFor("ada")}` };
  await next.fetch(`/api/sessions/${sessionId}`, { method: "DELETE", headers });
  const turns = await turnsOf(next, sessionId);
  const heard = turns.flatMap(({ status, text }) => (status === "gap" ? [] : [text]));
  const said = saidIn(onlyCall(next)).map(([, , text]) => text);
  expect(turns.length - heard.length, "what was missed shows").toBeGreaterThan(0);
  expect(heard).toEqual(said.filter((text) => heard.includes(text)));
  expect(heard.length).toBeGreaterThan(8);
  const { json } = await next.fetch("/api/usage", { headers: { authorization: `Bearer ${SERVICE}` } });
  expect(json).toMatchObject({ usage: { voiceSeconds: billedSeconds(onlyCall(next)), absences: 1 } });
});
