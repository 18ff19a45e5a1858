import { TranscriptGrouper } from "openai/helpers/live";
import type { ServerEvent } from "openai/resources/live/live";
import { describe, expect, test } from "vitest";
import { createLive, saidIn } from "./live-call.ts";
import { Resources } from "./simulators.ts";
import { RETRY_LOST_CLIENT } from "./webrtc-client.ts";

const resources = new Resources();

const LOUD = 20;
const SILENT = 127;

const script = {
  turns: [
    { interviewer: "Hello, who are you, what do you do, and why?", candidate: "Wait." },
    { interviewer: "Goodbye." },
  ],
};

describe("a Live call", RETRY_LOST_CLIENT, () => {
  test("is greeted, spoken into and closed, by a real client and a sideband", async () => {
    const simulator = await resources.simulator({ script });
    const browser = resources.client();
    const { id, answer } = await createLive(simulator, browser.offer);
    const server = await resources.sideband(simulator, id);
    await browser.accept(answer);
    await browser.event("session.started");
    server.send({ type: "session.instructions.append", content: "Greet.", delegation_id: null, event_id: "greet" });
    await simulator.waitFor(({ direction }) => direction === "client");
    expect(server.types(), "the timeline stands while the client is silent").not.toContain(
      "session.instructions.appended",
    );
    browser.talk(SILENT);
    expect(await browser.event("session.instructions.appended")).toMatchObject({ client_event_id: "greet" });
    await browser.speech();
    await browser.event("session.output_transcript.delta", 2);
    browser.talk(LOUD);
    await browser.event("session.input_transcript.delta");
    browser.talk(SILENT);
    await simulator.waitFor(({ type, event }) => type === "call.said" && JSON.stringify(event).includes("Goodbye."));
    browser.send({ type: "session.close" });
    expect(await browser.event("session.closed")).toMatchObject({ reason: "close_requested", usage: { seconds: 15 } });
    await browser.whenClosed();
    expect(await server.closed).toBe(1005);
    const [report] = simulator.calls();
    expect((report ? saidIn(report) : []).map(({ role, cutOff }) => [role, cutOff])).toEqual([
      ["interviewer", true],
      ["candidate", false],
      ["interviewer", false],
    ]);
    const grouper = new TranscriptGrouper({ backchannelMaxDurationMs: 0 });
    const speakers: string[] = [];
    grouper.on("segment.closed", ({ segment }) => speakers.push(segment.speaker));
    for (const event of browser.events as unknown as ServerEvent[]) {
      grouper.push(event);
    }
    grouper.close();
    expect(speakers).toEqual(["assistant", "user", "assistant"]);
    const voices = (type: string, field: string) =>
      server.events
        .filter((event) => event.type === type)
        .map((event) => Buffer.from(String(event[field]), "base64").some((byte) => byte !== 0));
    expect(voices("session.output_audio.delta", "delta")).toContain(true);
    expect(voices("session.input_audio.append", "audio").length).toBeGreaterThan(5);
    expect(browser.events.map(({ type }) => type)).not.toContain("session.output_audio.delta");
  });

  test("can be silent, and end as it connects", async () => {
    const simulator = await resources.simulator({ script });
    simulator.injectFault({ kind: "media_silence" });
    const browser = resources.client();
    const { id, answer } = await createLive(simulator, browser.offer);
    const server = await resources.sideband(simulator, id);
    await browser.accept(answer);
    browser.talk(SILENT);
    server.send({ type: "session.instructions.append", content: "Greet.", delegation_id: null });
    await server.event("session.output_transcript.delta", 2);
    expect(browser.packets).toEqual([]);
    simulator.injectFault({ kind: "early_close", callId: id });
    await browser.whenClosed();
    expect(server.types()).not.toContain("session.closed");
  });

  test("ends with its client, and says so to its sidebands", async () => {
    const simulator = await resources.simulator({ script });
    const browser = resources.client();
    const { id, answer } = await createLive(simulator, browser.offer);
    const server = await resources.sideband(simulator, id, "?graceful_close=true");
    await browser.accept(answer);
    browser.close();
    expect(await server.event("session.closed")).toMatchObject({ reason: "remote_hangup" });
    expect(await server.closed).toBe(1000);
  });
});
