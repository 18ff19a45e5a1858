import type { InterviewScript, SimulatorOptions } from "openai-voice-simulator";
import { parse } from "sdp-transform";
import { describe, expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { OFFER } from "./plain-offer.ts";
import type { SidebandClient } from "./sideband-client.ts";
import { Resources } from "./simulators.ts";
import { createCall } from "./webrtc-client.ts";

const resources = new Resources();
const session = { type: "realtime", audio: { input: { transcription: { model: "gpt-4o-mini-transcribe" } } } };

/** Ten words a second: the first line takes 500 ms. */
const script: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you then?", candidate: "I am Ada Lovelace, and I write programs." },
    { interviewer: "For whom do you write them, and why just for him?", candidate: "Wait.", interruptsAfterMs: 300 },
    { interviewer: "Go on.", candidate: "Mumble mumble.", transcriptionFails: true },
    { interviewer: "Goodbye." },
  ],
};

async function interview(options: SimulatorOptions = {}) {
  const clock = new ManualClock();
  const simulator = await resources.simulator({ media: "none", wordsPerSecond: 10, clock, script, ...options });
  const { callId, answer, response } = await createCall(simulator, OFFER, session);
  expect(response.status).toBe(201);
  const server = await resources.sideband(simulator, callId);
  return { clock, simulator, callId, answer, server };
}

/** Has the first line spoken, and waits until it has begun. */
async function begin(server: SidebandClient): Promise<void> {
  server.send({ type: "response.create" });
  await server.event("response.created");
}

describe("a call without media", () => {
  test("gets an answer in OpenAI's form, that has a section for each one offered", async () => {
    const { answer } = await interview({ dtlsRole: "passive" });
    expect(answer.endsWith("\r\n")).toBe(true);
    const { media, groups } = parse(answer);
    expect(groups).toEqual([{ type: "BUNDLE", mids: "a c" }]);
    expect(media.map(({ type, mid, port }) => [type, mid, port])).toEqual([
      ["video", "v", 0],
      ["audio", "a", 9],
      ["application", "c", 9],
    ]);
    expect(media[1]).toMatchObject({
      setup: "passive",
      direction: "recvonly",
      payloads: 109,
      rtp: [{ payload: 109, codec: "opus", rate: 48_000, encoding: 2 }],
      rtcpMux: "rtcp-mux",
    });
    expect(media[2]).toMatchObject({ setup: "passive", sctpPort: 5000 });
  });

  test("is acceptable to a WebRTC stack", async () => {
    const { simulator } = await interview();
    const browser = resources.client();
    const { answer } = await createCall(simulator, browser.offer);
    browser.connection.setRemoteDescription(answer, "answer");
    expect(browser.connection.remoteDescription()).toMatchObject({ type: "answer" });
  });

  test("holds the whole interview by the clock alone, interruption and failure included", async () => {
    const { clock, simulator, server } = await interview();
    await begin(server);
    clock.advance(60_000);
    const [report] = simulator.liveCalls();
    const events = report?.events.filter(({ direction }) => direction === "server") ?? [];
    const of = (suffix: string) => events.filter(({ type }) => type.endsWith(suffix));
    expect(of("audio_transcript.done").map(({ event }) => (event as { transcript: string }).transcript)).toEqual(
      script.turns.map(({ interviewer }) => interviewer),
    );
    expect(of("transcription.completed").map(({ event }) => (event as { transcript: string }).transcript)).toEqual([
      "I am Ada Lovelace, and I write programs.",
      "Wait.",
    ]);
    expect(of("transcription.failed")).toHaveLength(1);
    // A voice counts as one after 60 ms.
    expect(of("item.truncated")).toMatchObject([{ event: { audio_end_ms: 360 } }]);
    expect(of("audio_buffer.stopped")).toHaveLength(3);
    expect(report?.speechSegments).toBe(3);
  });

  test("has the same times in every run", async () => {
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      const { clock, simulator, server } = await interview();
      await begin(server);
      clock.advance(60_000);
      runs.push(simulator.liveCalls()[0]?.events.map(({ type, at }) => [type, at]));
    }
    expect(runs[0]).toEqual(runs[1]);
    const [first] = runs;
    const at = (type: string) => Number(first?.find(([name]) => name === type)?.[1]);
    // 500 ms of speech, as long a pause, and 60 ms until a voice counts as one.
    expect(at("output_audio_buffer.stopped") - at("output_audio_buffer.started")).toBe(500);
    expect(at("input_audio_buffer.speech_started") - at("output_audio_buffer.stopped")).toBe(560);
  });

  test("waits for its answer while words are said that are not of the script", async () => {
    const { clock, simulator, server } = await interview();
    await begin(server);
    clock.advance(700);
    server.send({ type: "response.create", response: { instructions: 'Say "Your time is nearly over."' } });
    await server.event("response.created", 2);
    clock.advance(60_000);
    const types = simulator.liveCalls()[0]?.events.map(({ type }) => type) ?? [];
    expect(types.indexOf("input_audio_buffer.speech_started")).toBeGreaterThan(
      types.indexOf("output_audio_buffer.stopped", types.indexOf("output_audio_buffer.stopped") + 1),
    );
    expect(simulator.liveCalls()).toMatchObject([{ speechSegments: 3 }]);
  });

  test("stops speaking what is cancelled, and the candidate answers what was heard", async () => {
    const long = Array.from({ length: 50 }, () => "word").join(" ");
    const { clock, simulator, server } = await interview({
      script: { turns: [{ interviewer: long, candidate: "Enough." }, { interviewer: "Sorry." }] },
    });
    await begin(server);
    clock.advance(200);
    server.send({ type: "response.cancel" });
    await server.event("response.done");
    clock.advance(5000);
    const events = simulator.liveCalls()[0]?.events ?? [];
    const at = (type: string) => events.find((event) => event.type === type)?.at ?? 0;
    // 23 of 50 words were generated, of 5 s.
    expect(at("output_audio_buffer.stopped") - at("output_audio_buffer.started")).toBe(2300);
    expect(at("input_audio_buffer.speech_started")).toBeGreaterThan(at("output_audio_buffer.stopped"));
  });

  test("whose last question was asked in another call is answered all the same", async () => {
    const { clock, simulator, server } = await interview();
    const item = (role: string, type: string, text: string) => ({
      type: "conversation.item.create",
      item: { type: "message", role, content: [{ type, text }] },
    });
    server.send(item("assistant", "output_text", "Hello. Who are you then?"));
    server.send(item("user", "input_text", "I am Ada Lovelace, and I write programs."));
    server.send(item("assistant", "output_text", "For whom do you write them, and why just for him?"));
    await simulator.waitFor(({ type, event }) => type.endsWith("item.done") && JSON.stringify(event).includes("whom"));
    clock.advance(60_000);
    const said = simulator.liveCalls()[0]?.events.filter(({ type }) => type.endsWith("audio_transcript.done")) ?? [];
    expect(said.map(({ event }) => (event as { transcript: string }).transcript)).toEqual(["Go on.", "Goodbye."]);
  });

  test("has faults like any other", async () => {
    const { clock, simulator, callId, server } = await interview();
    simulator.injectFault({ kind: "transcription_failed", callId });
    await begin(server);
    clock.advance(5000);
    await server.event("conversation.item.input_audio_transcription.failed");
    simulator.injectFault({ kind: "drop_call", afterMs: 10, callId });
    clock.advance(10);
    await server.closed;
    expect(simulator.calls()).toMatchObject([{ endReason: "fault", packetsSent: 0 }]);
  });

  test("lives as long as any other, and leaves no timer behind", async () => {
    const { clock, simulator, server } = await interview();
    await begin(server);
    clock.advance(60_000);
    expect(clock.pending, "only the hour's end").toBe(1);
    clock.advance(3_539_000);
    expect(simulator.liveCalls()).toHaveLength(1);
    clock.advance(2000);
    expect(simulator.calls()).toMatchObject([{ endReason: "expired" }]);
    expect(clock.pending).toBe(0);
  });
});

test("what is kept of a call's events is the user's choice", async () => {
  const { clock, simulator, server } = await interview({ maxLoggedEvents: 0 });
  await begin(server);
  clock.advance(5000);
  await server.event("conversation.item.input_audio_transcription.completed");
  expect(simulator.liveCalls()).toMatchObject([{ events: [], speechSegments: 3 }]);
});

test("a speed at which nothing would ever be said is refused", async () => {
  await expect(resources.simulator({ media: "none", wordsPerSecond: 0 })).rejects.toThrow("wordsPerSecond");
});
