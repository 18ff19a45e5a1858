import { describe, expect, test } from "vitest";
import type { TurnDetection } from "../src/realtime/session-config.ts";
import { speechDetection } from "../src/realtime/speech-detection.ts";
import { VoiceActivity } from "../src/session/voice-activity.ts";
import { ManualClock } from "./manual-clock.ts";

const SERVER_VAD: NonNullable<TurnDetection> = {
  type: "server_vad",
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
};

function listen(detection: TurnDetection = SERVER_VAD) {
  const clock = new ManualClock();
  const start = clock.now();
  const heard: [what: "started" | "stopped", at: number][] = [];
  const voice = new VoiceActivity(clock, speechDetection(detection), {
    speechStarted: (at) => heard.push(["started", at - start]),
    speechStopped: (at) => heard.push(["stopped", at - start]),
  });
  /** A packet every 20 ms. */
  const pass = (ms: number, level: number) => {
    for (let passed = 0; passed < ms; passed += 20) {
      voice.hear(level);
      clock.advance(20);
    }
  };
  return { clock, voice, heard, pass };
}

describe("voice activity", () => {
  test("starts before the first loud packet by the padding, and ends after the silence", () => {
    const { heard, pass } = listen();
    pass(1000, 127);
    pass(400, 20);
    pass(400, 127);
    expect(heard).toEqual([
      ["started", 700],
      ["stopped", 1580],
    ]);
  });

  test("takes missing packets for silence", () => {
    const { clock, heard, pass } = listen();
    pass(400, 20);
    clock.advance(1000);
    expect(heard.at(-1)).toEqual(["stopped", 580]);
  });

  test("ends no turn in a pause shorter than the silence asked for", () => {
    const { heard, pass } = listen({ ...SERVER_VAD, silence_duration_ms: 500 });
    pass(400, 20);
    pass(400, 127);
    pass(400, 20);
    expect(heard).toHaveLength(1);
    pass(600, 127);
    expect(heard).toHaveLength(2);
  });

  test("hears no click, however many there are", () => {
    const { heard, pass } = listen();
    for (let i = 0; i < 20; i += 1) {
      pass(40, 20);
      pass(100, 127);
    }
    expect(heard).toEqual([]);
  });

  test.each([
    [0.5, 59, true],
    [0.5, 61, false],
    [0.9, 59, false],
    [0.9, 20, true],
    [0.1, 85, true],
  ])("with the threshold %d, a level of -%d dBov is speech: %s", (threshold, level, isSpeech) => {
    const { heard, pass } = listen({ ...SERVER_VAD, threshold });
    pass(200, level);
    expect(heard.length > 0).toBe(isSpeech);
  });

  test("is deaf while turn detection is off, and forgets the turn in progress", () => {
    const { clock, voice, heard, pass } = listen();
    pass(200, 20);
    voice.configure(null);
    pass(400, 20);
    expect(heard).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("ends a semantic turn too", () => {
    const { heard, pass } = listen({
      type: "semantic_vad",
      eagerness: "low",
      create_response: true,
      interrupt_response: true,
    });
    pass(400, 20);
    pass(600, 127);
    expect(heard.map(([what]) => what)).toEqual(["started", "stopped"]);
  });
});
