import { TranscriptGrouper } from "openai/helpers/live";
import type { ServerEvent } from "openai/resources/live/live";
import type { InterviewScript, SimulatorOptions } from "openai-voice-simulator";
import { describe, expect, test } from "vitest";
import { createLive, saidIn } from "./live-call.ts";
import { ManualClock } from "./manual-clock.ts";
import { OFFER } from "./plain-offer.ts";
import type { SidebandClient } from "./sideband-client.ts";
import { Resources } from "./simulators.ts";

const resources = new Resources();

/** Ten words a second: the first line takes 500 ms. */
const script: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you then?", candidate: "I am Ada Lovelace, and I write programs." },
    { interviewer: "For whom do you write them, and why just for him?", candidate: "Wait.", interruptsAfterMs: 300 },
    {
      interviewer: "Go on, I am listening to every word of yours.",
      candidate: "Mumble mumble.",
      transcriptionFails: true,
      overlap: { candidate: "Mhm.", afterMs: 200 },
    },
    { interviewer: "Goodbye." },
  ],
};

const GREET = { type: "session.instructions.append", content: "Greet the candidate.", delegation_id: null };

async function interview(session: object = {}, options: SimulatorOptions = {}) {
  const clock = new ManualClock();
  const simulator = await resources.simulator({ media: "none", wordsPerSecond: 10, clock, script, ...options });
  const { id, response } = await createLive(simulator, OFFER, session);
  expect(response.status).toBe(201);
  const server = await resources.sideband(simulator, id);
  return { clock, simulator, id, server };
}

/** Has a message taken, and what comes of it in no time. */
async function tell(
  server: SidebandClient,
  simulator: Awaited<ReturnType<typeof interview>>["simulator"],
  event: object,
) {
  const event_id = `test_${server.sent}`;
  server.send({ ...event, event_id });
  await simulator.waitFor(
    ({ direction, event: was }) => direction === "client" && JSON.stringify(was).includes(event_id),
  );
}

describe("a Live call without media", () => {
  test("holds the whole interview by the clock alone, and says what was said", async () => {
    const { clock, simulator, server } = await interview();
    await tell(server, simulator, GREET);
    clock.advance(60_000);
    const [report] = simulator.liveCalls();
    expect(report).toMatchObject({ api: "live", speechSegments: 4 });
    expect((report ? saidIn(report) : []).map(({ role, text, cutOff }) => [role, text, cutOff])).toEqual([
      ["interviewer", "Hello. Who are you then?", false],
      ["candidate", "I am Ada Lovelace, and I write programs.", false],
      ["interviewer", "For whom do", true],
      ["candidate", "Wait.", false],
      ["candidate", "Mhm.", false],
      ["interviewer", "Go on, I am listening to every word of yours.", false],
      ["candidate", "", false],
      ["interviewer", "Goodbye.", false],
    ]);
  });

  test("is grouped by OpenAI's own helper as it was said", async () => {
    const { clock, simulator, server } = await interview();
    await tell(server, simulator, GREET);
    clock.advance(20_000);
    await tell(server, simulator, { type: "session.close" });
    clock.advance(1000);
    const [report] = simulator.calls();
    const grouper = new TranscriptGrouper({ backchannelMaxDurationMs: 0 });
    const segments: string[] = [];
    grouper.on("segment.closed", ({ segment: { speaker, text } }) => segments.push(`${speaker}: ${text.trim()}`));
    for (const { direction, event } of report?.events ?? []) {
      if (direction === "server") {
        grouper.push(event as ServerEvent);
      }
    }
    grouper.close();
    expect(segments).toEqual([
      "assistant: Hello. Who are you then?",
      "user: I am Ada Lovelace, and I write programs.",
      "assistant: For whom do",
      "user: Wait.",
      "assistant: Go on, I",
      "user: Mhm.",
      "assistant: am listening to every word of yours. Goodbye.",
    ]);
  });

  test("has the same times in every run", async () => {
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      const { clock, simulator, server } = await interview();
      await tell(server, simulator, GREET);
      clock.advance(60_000);
      runs.push(simulator.liveCalls()[0]?.events.map(({ type, at }) => [type, at]));
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  test("whose last question was asked in another session is answered all the same", async () => {
    const message = (role: string, text: string) => ({ type: "message", role, content: [{ text }] });
    const { clock, simulator } = await interview({
      input: [
        message("developer", "The line was lost."),
        message("assistant", "Hello. Who are you then?"),
        message("user", "I am Ada Lovelace, and I write programs."),
        message("assistant", "For whom do you write them, and why just for him?"),
      ],
    });
    clock.advance(60_000);
    const [report] = simulator.liveCalls();
    expect((report ? saidIn(report) : []).map(({ text }) => text)).toEqual([
      "Wait.",
      "Mhm.",
      "Go on, I am listening to every word of yours.",
      "",
      "Goodbye.",
    ]);
  });

  test("can be told to be transcribed no more, which shows in nothing but missing words", async () => {
    const { clock, simulator, id, server } = await interview();
    simulator.injectFault({ kind: "transcription_failed", callId: id });
    await tell(server, simulator, GREET);
    clock.advance(2600);
    const [report] = simulator.liveCalls();
    expect(report && saidIn(report)).toMatchObject([{ role: "interviewer" }, { role: "candidate", text: "" }]);
  });

  test("ends by session.close, with what is left on the clock, and leaves no timer behind", async () => {
    const { clock, simulator, server } = await interview();
    await tell(server, simulator, GREET);
    clock.advance(20_000);
    await tell(server, simulator, { type: "session.close" });
    clock.advance(250);
    expect(await server.event("session.closed")).toMatchObject({ reason: "close_requested", usage: { seconds: 20.1 } });
    expect(await server.closed).toBe(1005);
    expect(simulator.calls()).toMatchObject([{ endReason: "session_closed" }]);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ["expires, as it said", {}, 7_200_000],
    ["expires when it is told to", { liveSessionSeconds: 60 }, 60_000],
  ])("%s", async (_name, options, ms) => {
    const { clock, simulator, server } = await interview({}, options);
    const { session } = await server.event("session.started");
    expect(session).toMatchObject({ expires_at: (clock.now() + ms) / 1000 });
    clock.advance(ms + 100);
    expect(await server.event("session.closed")).toMatchObject({ reason: "expired" });
    expect(simulator.calls()).toMatchObject([{ endReason: "expired" }]);
  });

  test("is ended for what is said in it", async () => {
    const { clock, simulator, id, server } = await interview();
    clock.advance(1000);
    simulator.injectFault({ kind: "content", afterMs: 10, callId: id });
    clock.advance(110);
    expect(await server.event("session.closed")).toMatchObject({ reason: "content" });
    expect(simulator.calls()).toMatchObject([{ endReason: "session_closed" }]);
  });

  test("that is dropped says nothing of it", async () => {
    const { clock, simulator, id, server } = await interview();
    clock.advance(1000);
    simulator.injectFault({ kind: "drop_call", afterMs: 10, callId: id });
    clock.advance(10);
    expect(await server.closed).toBe(1005);
    expect(server.types()).toEqual(["session.started"]);
    expect(simulator.calls()).toMatchObject([{ endReason: "fault" }]);
  });
});
