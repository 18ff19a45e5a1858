import { describe, expect, test } from "vitest";
import type { SessionConfig } from "../src/realtime/session-config-schema.ts";
import { RealtimeHarness, said } from "./realtime-harness.ts";
import { spokenTurn } from "./spoken-turn.ts";

const SPEECH = 20;

const RESPONSE_UP_TO_AUDIO = [
  "response.created",
  "response.output_item.added",
  "conversation.item.added",
  "response.content_part.added",
  "response.output_audio_transcript.delta",
];

const RESPONSE_END = [
  "response.output_audio.done",
  "response.output_audio_transcript.done",
  "response.content_part.done",
  "conversation.item.done",
  "response.output_item.done",
  "response.done",
  "rate_limits.updated",
];

function speakingInterviewer(config?: ConstructorParameters<typeof RealtimeHarness>[0]): RealtimeHarness {
  const harness = new RealtimeHarness(config);
  harness.connect();
  harness.send({ type: "response.create" });
  harness.pass(600);
  harness.take();
  return harness;
}

describe("a spoken turn", () => {
  test("has OpenAI's order of events", () => {
    const harness = new RealtimeHarness();
    harness.engine.dataChannelOpened();
    harness.send({ type: "session.update", session: { type: "realtime" } });
    harness.connect();
    harness.pass(400, SPEECH);
    harness.pass(4000);
    expect(harness.takeTypes()).toEqual([
      "session.created",
      "session.updated",
      "input_audio_buffer.speech_started",
      "input_audio_buffer.speech_stopped",
      "input_audio_buffer.committed",
      "conversation.item.added",
      "conversation.item.done",
      ...RESPONSE_UP_TO_AUDIO,
      "output_audio_buffer.started",
      "response.output_audio_transcript.delta",
      ...RESPONSE_END,
      "output_audio_buffer.stopped",
    ]);
  });

  test("names the predecessors of its items as recorded: not of a finished assistant's", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    harness.pass(400, SPEECH);
    harness.pass(1000);
    const userItem = harness.events.find(({ type }) => type === "input_audio_buffer.committed");
    const placed = harness.take().filter(({ type }) => /^conversation\.item\.(?:added|done)$/.test(type));
    expect(placed).toMatchObject([
      { type: "conversation.item.added", previous_item_id: null },
      { type: "conversation.item.done", previous_item_id: null },
      {
        type: "conversation.item.added",
        previous_item_id: userItem !== undefined && "item_id" in userItem && userItem.item_id,
      },
      { type: "conversation.item.done", previous_item_id: null },
    ]);
  });

  test("reports its times from the start of the audio, with the padding before and the silence after", () => {
    const harness = new RealtimeHarness();
    harness.pass(5000);
    harness.connect();
    harness.pass(1000);
    harness.pass(400, SPEECH);
    harness.pass(400);
    const events = harness.take();
    expect(events.find(({ type }) => type.endsWith("speech_started"))).toMatchObject({ audio_start_ms: 700 });
    expect(events.find(({ type }) => type.endsWith("speech_stopped"))).toMatchObject({ audio_end_ms: 1580 });
  });

  test("is transcribed beside the response, where transcription is on", () => {
    const input = { transcription: { model: "gpt-4o-mini-transcribe" } };
    const harness = new RealtimeHarness({ type: "realtime", audio: { input } });
    harness.connect();
    harness.pass(1000);
    harness.pass(400, SPEECH);
    harness.pass(1000);
    const events = harness.take();
    const types = events.map(({ type }) => type);
    const completed = events.find(({ type }) => type === "conversation.item.input_audio_transcription.completed");
    expect(completed).toMatchObject({
      transcript: "Very well.",
      usage: { type: "tokens", output_tokens: 3, input_token_details: { audio_tokens: 9 } },
    });
    const deltas = events.filter(({ type }) => type === "conversation.item.input_audio_transcription.delta");
    expect(deltas.map((event) => "delta" in event && event.delta).join("")).toBe("Very well.");
    expect(types.indexOf("conversation.item.input_audio_transcription.delta")).toBeGreaterThan(
      types.indexOf("response.created"),
    );
  });

  test("is not transcribed by default", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    harness.pass(400, SPEECH);
    harness.pass(1000);
    expect(harness.takeTypes().filter((type) => type.includes("transcription"))).toEqual([]);
  });

  test("gets no response of its own where create_response is off", () => {
    const turn_detection = { type: "server_vad" as const, create_response: false };
    const harness = new RealtimeHarness({ type: "realtime", audio: { input: { turn_detection } } });
    harness.connect();
    harness.pass(400, SPEECH);
    harness.pass(1000);
    expect(harness.takeTypes().at(-1)).toBe("conversation.item.done");
  });
});

describe("barge-in", () => {
  test("clears and truncates what has been generated but not heard", () => {
    const harness = speakingInterviewer();
    harness.pass(100, SPEECH);
    const events = harness.take();
    expect(events.map(({ type }) => type)).toEqual([
      "input_audio_buffer.speech_started",
      "output_audio_buffer.cleared",
      "conversation.item.truncated",
    ]);
    expect(events[2]).toMatchObject({ content_index: 0, audio_end_ms: 660 });
  });

  test("cancels a response that is being generated, before it clears", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    harness.send({ type: "response.create" });
    harness.pass(80, SPEECH);
    const events = harness.take();
    const types = events.map(({ type }) => type);
    expect(types.slice(types.indexOf("input_audio_buffer.speech_started"))).toEqual([
      "input_audio_buffer.speech_started",
      "response.done",
      "rate_limits.updated",
      "output_audio_buffer.cleared",
      "conversation.item.truncated",
    ]);
    expect(events.find(({ type }) => type === "response.done")).toMatchObject({
      response: { status: "cancelled", status_details: { type: "cancelled", reason: "turn_detected" } },
    });
  });

  test("does nothing where interrupt_response is off", () => {
    const turn_detection = { type: "server_vad" as const, interrupt_response: false };
    const harness = speakingInterviewer({ type: "realtime", audio: { input: { turn_detection } } });
    harness.pass(100, SPEECH);
    expect(harness.takeTypes()).toEqual(["input_audio_buffer.speech_started"]);
  });

  test("leaves no text of what was never heard", () => {
    const harness = speakingInterviewer();
    harness.pass(100, SPEECH);
    const truncated = harness.takeOnly("conversation.item.truncated");
    harness.send({ type: "conversation.item.retrieve", item_id: truncated.item_id });
    expect(harness.takeOnly("conversation.item.retrieved").item).toMatchObject({ content: [{ type: "output_audio" }] });
  });
});

describe("a response", () => {
  test("made before the peer is connected is played from its first packet on, once it is", () => {
    const harness = new RealtimeHarness();
    harness.send({ type: "response.create" });
    harness.pass(1000);
    expect(harness.takeTypes()).toEqual([...RESPONSE_UP_TO_AUDIO, ...RESPONSE_END]);
    harness.connect();
    harness.pass(2000);
    expect(harness.speechPackets).toBe(100);
    expect(harness.takeTypes()).toEqual(["output_audio_buffer.started", "output_audio_buffer.stopped"]);
  });

  test("is stopped by the client, and its audio cleared", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    harness.send({ type: "response.create" });
    harness.pass(20);
    harness.take();
    harness.send({ type: "response.cancel" });
    harness.send({ type: "output_audio_buffer.clear" });
    const events = harness.take();
    expect(events.map(({ type }) => type)).toEqual([
      "response.done",
      "rate_limits.updated",
      "output_audio_buffer.cleared",
    ]);
    expect(events[0]).toMatchObject({
      response: { status: "cancelled", status_details: { reason: "client_cancelled" } },
    });
  });

  test("cancelled alone plays what was generated, and no more", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    harness.send({ type: "response.create" });
    harness.send({ type: "response.cancel" });
    harness.pass(2000);
    expect(harness.takeTypes().slice(-2)).toEqual(["output_audio_buffer.started", "output_audio_buffer.stopped"]);
    // Three of seven tokens were generated.
    expect(harness.speechPackets).toBe(Math.ceil((100 * 3) / 7));
  });

  test("in text has text events and plays nothing", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    harness.send({ type: "response.create", response: { output_modalities: ["text"] } });
    harness.pass(1000);
    expect(harness.takeTypes()).toEqual([
      "response.created",
      "response.output_item.added",
      "conversation.item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "conversation.item.done",
      "response.output_item.done",
      "response.done",
      "rate_limits.updated",
    ]);
  });

  test("outside the conversation leaves it as it was", () => {
    const harness = new RealtimeHarness();
    harness.send({ type: "response.create", response: { conversation: "none", metadata: { purpose: "score" } } });
    harness.pass(1000);
    const events = harness.take();
    expect(events.some(({ type }) => type.startsWith("conversation."))).toBe(false);
    expect(events.find(({ type }) => type === "response.done")).toMatchObject({
      response: { metadata: { purpose: "score" } },
    });
  });

  test("is billed by the documented rates, over the whole conversation", () => {
    const harness = new RealtimeHarness({ type: "realtime", instructions: "Be kind." });
    harness.connect();
    harness.pass(1000);
    harness.pass(400, SPEECH);
    harness.pass(1000);
    // 880 ms of the candidate's audio, padding and silence included; 2000 ms of the interviewer's.
    expect(harness.takeOnly("response.done").response.usage).toMatchObject({
      input_token_details: { text_tokens: 3, audio_tokens: 9 },
      output_token_details: { text_tokens: 7, audio_tokens: 40 },
      input_tokens: 12,
      output_tokens: 47,
      total_tokens: 59,
    });
    harness.send({ type: "response.create" });
    harness.pass(1000);
    expect(harness.takeOnly("response.done").response.usage?.input_token_details).toMatchObject({
      text_tokens: 3 + 7,
      audio_tokens: 9 + 40,
    });
  });

  test("pads every delta to hide its length", () => {
    const harness = new RealtimeHarness();
    harness.send({ type: "response.create" });
    harness.pass(1000);
    const deltas = harness.take().filter(({ type }) => type === "response.output_audio_transcript.delta");
    const text = deltas.map((event) => ("delta" in event ? event.delta : "")).join("");
    expect(text).toBe("Hello there, how are you?");
    for (const event of deltas) {
      const length = ("delta" in event ? (event.delta?.length ?? 0) : 0) + (event.obfuscation?.length ?? 0);
      expect(length % 16).toBe(0);
    }
  });
});

describe("a text turn", () => {
  test("adds the item, then answers it", () => {
    const harness = new RealtimeHarness();
    harness.connect();
    harness.send({
      type: "conversation.item.create",
      item: { type: "message", role: "user", content: [{ type: "input_text", text: "Hi." }] },
    });
    harness.send({ type: "response.create" });
    harness.pass(1000);
    expect(harness.takeTypes().slice(0, 4)).toEqual([
      "conversation.item.added",
      "conversation.item.done",
      "response.created",
      "response.output_item.added",
    ]);
  });

  test("a seeded interview goes on where it was", () => {
    const harness = new RealtimeHarness();
    harness.seed("assistant", "Hello there, how are you?");
    harness.seed("user", "Fine.");
    harness.send({ type: "response.create" });
    harness.pass(1000);
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe("What do you do?");
  });

  const session: SessionConfig = { type: "realtime", audio: { input: { transcription: { model: "whisper-1" } } } };

  test("a seeded question that was not answered is asked again in few words, and answered as it would have been", () => {
    const harness = new RealtimeHarness(session, [
      spokenTurn("Hello. Who are you?", [], { answer: said("I am Ada.") }),
      spokenTurn("Goodbye.", []),
    ]);
    harness.connect();
    harness.seed("assistant", "Hello. Who are you?");
    harness.send({ type: "response.create" });
    harness.pass(3000);
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe("Who are you?");
    harness.pass(500, 20);
    harness.pass(3000);
    const events = harness.take();
    expect(events.find(({ type }) => type.endsWith("transcription.completed"))).toMatchObject({
      transcript: "I am Ada.",
    });
    expect(events.find(({ type }) => type === "response.output_audio_transcript.done")).toMatchObject({
      transcript: "Goodbye.",
    });
  });

  test("items are placed, deleted and truncated", () => {
    const harness = new RealtimeHarness();
    const item = { type: "message", role: "system", content: [{ type: "input_text", text: "x" }] };
    harness.send({ type: "conversation.item.create", item: { ...item, id: "item_a" } });
    harness.send({ type: "conversation.item.create", item: { ...item, id: "item_b" }, previous_item_id: "root" });
    harness.send({ type: "conversation.item.create", item: { ...item, id: "item_c" }, previous_item_id: "item_b" });
    const placed = harness.take().filter(({ type }) => type === "conversation.item.added");
    expect(placed).toMatchObject([
      { previous_item_id: null },
      { previous_item_id: null },
      { previous_item_id: "item_b" },
    ]);
    harness.send({ type: "conversation.item.delete", item_id: "item_c" });
    harness.send({ type: "conversation.item.retrieve", item_id: "item_c" });
    harness.send({ type: "conversation.item.truncate", item_id: "item_a", content_index: 0, audio_end_ms: 0 });
    expect(harness.take()).toMatchObject([
      { type: "conversation.item.deleted", item_id: "item_c" },
      { type: "error", error: { code: "item_retrieve_invalid_item_id" } },
      { type: "error", error: { code: "invalid_value", param: "item_id" } },
    ]);
  });
});

describe("push to talk", () => {
  test("commits what was heard since the last time", () => {
    const harness = new RealtimeHarness({ type: "realtime", audio: { input: { turn_detection: null } } });
    harness.connect();
    harness.pass(500, SPEECH);
    expect(harness.take()).toEqual([]);
    harness.send({ type: "input_audio_buffer.commit" });
    expect(harness.takeTypes()).toEqual([
      "input_audio_buffer.committed",
      "conversation.item.added",
      "conversation.item.done",
    ]);
    harness.send({ type: "input_audio_buffer.commit" });
    expect(harness.takeOnly("error").error.code).toBe("input_audio_buffer_commit_empty");
  });

  test("takes audio in events too, and forgets it on request", () => {
    const harness = new RealtimeHarness();
    harness.send({ type: "input_audio_buffer.append", audio: Buffer.alloc(4800).toString("base64") });
    harness.send({ type: "input_audio_buffer.clear" });
    harness.send({ type: "input_audio_buffer.commit" });
    expect(harness.takeTypes()).toEqual(["input_audio_buffer.cleared", "error"]);
  });
});

test("after an hour the session says why it ends", () => {
  const harness = new RealtimeHarness();
  harness.clock.advance(3_600_000);
  expect(harness.takeOnly("error").error.code).toBe("session_expired");
  expect(harness.expired).toBe(true);
});

test("a closed session leaves no timer behind", () => {
  const input = { transcription: { model: "whisper-1" } };
  const harness = new RealtimeHarness({ type: "realtime", audio: { input } });
  harness.connect();
  harness.send({ type: "response.create" });
  harness.pass(100, SPEECH);
  harness.send({ type: "input_audio_buffer.commit" });
  harness.engine.close();
  expect(harness.clock.pending).toBe(0);
});
