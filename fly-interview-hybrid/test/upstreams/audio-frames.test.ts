import { describe, expect, test } from "vitest";
import { mirroredAudio } from "../../src/upstreams/openai-live/audio-frames.ts";

const frame = (event: object): Buffer => Buffer.from(JSON.stringify(event));
const AUDIO = "A".repeat(6400);

describe("frames of mirrored audio", () => {
  test("are known by their first bytes", () => {
    expect(mirroredAudio(frame({ type: "session.input_audio.append", audio: AUDIO }))).toBe("input");
    expect(mirroredAudio(frame({ type: "session.output_audio.delta", delta: AUDIO, start_ms: 0, end_ms: 20 }))).toBe(
      "output",
    );
    expect(mirroredAudio(Buffer.from('{ "type" : "session.input_audio.append" , "audio":"AAAA"}'))).toBe("input");
  });

  test("are not words that speak of them, however they are written", () => {
    const delta = ' "session.input_audio.append"';
    expect(mirroredAudio(frame({ type: "x", delta }))).toBeUndefined();
    expect(mirroredAudio(frame({ delta, type: "session.output_transcript.delta" }))).toBeUndefined();
    for (const bytes of ["", "{", "null"]) expect(mirroredAudio(Buffer.from(bytes))).toBeUndefined();
  });
});
