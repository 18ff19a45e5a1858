import { describe, expect, test } from "vitest";
import { RealtimeHarness, said } from "./realtime-harness.ts";
import { spokenTurn } from "./spoken-turn.ts";

const SPEECH = 20;
const transcription = { audio: { input: { transcription: { model: "gpt-4o-mini-transcribe" } } } };
const ONE_PACKET = [Uint8Array.of(0x78, 1)];

describe("words that are asked for", () => {
  test("by a quotation in a response's instructions are spoken, and the script goes on where it was", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    const instructions = 'Say exactly: "Our time is over. Goodbye." Then be silent.';
    harness.send({ type: "response.create", response: { instructions, metadata: { purpose: "closing" } } });
    harness.pass(2500);
    expect(harness.events.find(({ type }) => type === "response.created")).toMatchObject({
      response: { metadata: { purpose: "closing" } },
    });
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe("Our time is over. Goodbye.");
    harness.send({ type: "response.create", response: { instructions: "Be brief." } });
    harness.pass(1000);
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe("Hello there, how are you?");
  });

  test("by a system message are not: it changes what a model thinks, not what a script says", () => {
    const harness = new RealtimeHarness();
    const content = [{ type: "input_text", text: 'One minute remains. Say "Goodbye." soon.' }];
    harness.send({ type: "conversation.item.create", item: { type: "message", role: "system", content } });
    harness.send({ type: "response.create" });
    harness.pass(1000);
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe("Hello there, how are you?");
  });
});

describe("a question that a system message asks for", () => {
  test("comes in place of the next line, once, and gets its answer", () => {
    const harness = new RealtimeHarness({ type: "realtime", ...transcription });
    harness.connect();
    const content = [{ type: "input_text", text: "Ask next: “What keeps the lighthouse alight?”" }];
    harness.send({ type: "conversation.item.create", item: { type: "message", role: "system", content } });
    harness.send({ type: "response.create" });
    harness.pass(2500);
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe(
      "What keeps the lighthouse alight?",
    );
    harness.pass(400, SPEECH);
    harness.pass(3000);
    const done = "conversation.item.input_audio_transcription.completed";
    expect(harness.events.find(({ type }) => type === done)).toMatchObject({ transcript: "Very well." });
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe("What do you do?");
  });
});

describe("an answer that cannot be made out", () => {
  const failed = "conversation.item.input_audio_transcription.failed";

  function answer(harness: RealtimeHarness): string[] {
    harness.pass(400, SPEECH);
    harness.pass(3000);
    return harness.takeTypes().filter((type) => type.includes("transcription"));
  }

  test("by the script has a failed transcription, and no words", () => {
    const turn = spokenTurn("Hi.", ONE_PACKET, { answer: { ...said("Mumble."), transcriptionFails: true } });
    const harness = new RealtimeHarness({ type: "realtime", ...transcription }, [turn]);
    harness.connect();
    harness.pass(400, SPEECH);
    harness.pass(1000);
    const event = harness.takeOnly(failed);
    expect(event).toMatchObject({ content_index: 0, error: { code: "audio_unintelligible" } });
    harness.send({ type: "conversation.item.retrieve", item_id: event.item_id });
    expect(harness.takeOnly("conversation.item.retrieved").item).toMatchObject({ content: [{ transcript: null }] });
  });

  test("by a fault fails once", () => {
    const harness = new RealtimeHarness({ type: "realtime", ...transcription });
    harness.connect();
    harness.engine.failNextTranscription();
    expect(answer(harness)).toEqual([failed]);
    expect(answer(harness).at(-1)).toBe("conversation.item.input_audio_transcription.completed");
  });
});
