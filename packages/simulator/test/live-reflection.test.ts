import { describe, expect, test } from "vitest";
import { createLive } from "./live-call.ts";
import { LiveHarness } from "./live-harness.ts";
import { ManualClock } from "./manual-clock.ts";
import { OFFER } from "./plain-offer.ts";
import { Resources } from "./simulators.ts";

const resources = new Resources();

const isSilent = (base64: unknown): boolean => Buffer.from(String(base64), "base64").every((byte) => byte === 0);

describe("the audio of both sides", () => {
  test("is reflected to whoever listens, in frames of a tenth of a second, the interviewer's with its times", () => {
    const harness = new LiveHarness();
    harness.pass(1000);
    expect(harness.reflected).toEqual([]);
    harness.session.sidebandAttached();
    harness.pass(1000);
    const frames = harness.reflected.splice(0);
    const input = frames.filter(({ type }) => type === "session.input_audio.append");
    const output = frames.filter(({ type }) => type === "session.output_audio.delta");
    expect([input.length, output.length]).toEqual([10, 10]);
    expect(Object.keys(input[0] ?? {})).toEqual(["type", "audio"]);
    // 24 kHz, 16 bit.
    expect(Buffer.from(input[0]?.audio ?? "", "base64")).toHaveLength(4800);
    expect(output.map(({ start_ms, end_ms }) => [start_ms, end_ms]).slice(0, 2)).toEqual([
      [980, 1080],
      [1080, 1180],
    ]);
    harness.session.sidebandDetached();
    harness.pass(1000);
    expect(harness.reflected).toEqual([]);
  });

  test("goes on while the candidate is muted", () => {
    const harness = new LiveHarness();
    harness.session.sidebandAttached();
    harness.send({ type: "session.input_audio.mute" });
    harness.pass(1000);
    expect(harness.reflected.filter(({ type }) => type === "session.input_audio.append")).toHaveLength(10);
  });
});

describe("without media", () => {
  const script = {
    turns: [{ interviewer: "One two three four.", candidate: "Five six." }, { interviewer: "Goodbye." }],
  };

  test("tones stand for the voices, where they are asked for", async () => {
    const clock = new ManualClock();
    const options = { media: "none", wordsPerSecond: 4, clock, script, mirroredAudio: true } as const;
    const simulator = await resources.simulator(options);
    const { id } = await createLive(simulator, OFFER);
    const server = await resources.sideband(simulator, id);
    await server.event("session.started");
    server.send({ type: "session.instructions.append", content: "Greet.", delegation_id: null });
    await simulator.waitFor(({ type }) => type === "session.instructions.append");
    clock.advance(2500);
    await server.event("session.output_audio.delta", 24);
    const loud = (type: string, field: string): string =>
      server.events
        .filter((event) => event.type === type)
        .map((event) => (isSilent(event[field]) ? "." : "#"))
        .join("");
    // The interviewer speaks for a second, the candidate half a second after it for half a second.
    expect(loud("session.output_audio.delta", "delta")).toMatch(/^\.#{10}\.+$/);
    expect(loud("session.input_audio.append", "audio")).toMatch(/^\.{16}#{5}\.+$/);
    expect(simulator.liveCalls()[0]?.events.some(({ type }) => type.includes("_audio."))).toBe(false);
  });

  test("there are none by default", async () => {
    const clock = new ManualClock();
    const simulator = await resources.simulator({ media: "none", clock, script });
    const { id } = await createLive(simulator, OFFER);
    const server = await resources.sideband(simulator, id);
    clock.advance(16_000);
    await server.event("session.usage.updated");
    expect(server.types()).toEqual(["session.started", "session.usage.updated"]);
  });
});
