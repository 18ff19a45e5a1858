import { assert, constantFrom, jsonValue, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { OwnMarks } from "../../src/upstreams/openai-realtime/own-marks.ts";
import { readEvents } from "../../src/upstreams/openai-realtime/read-event.ts";

function readText(text: string): readonly unknown[] {
  return readEvents(text, { planned: undefined, marks: new OwnMarks("sk-test", "rtc_1") });
}

/** What the provider says, as it would travel. */
function read(event: object): readonly unknown[] {
  return readText(JSON.stringify({ event_id: "event_1", ...event }));
}

const spoken = {
  id: "item_a",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_audio", transcript: "Hello there." }],
};
const heard = { id: "item_u", type: "message", status: "completed", role: "user" };

describe("items", () => {
  test("of both speakers, placed by the item before them", () => {
    const item = { ...heard, content: [{ type: "input_audio", transcript: null }] };
    expect(read({ type: "conversation.item.added", previous_item_id: null, item })).toEqual([
      {
        type: "item",
        previousId: null,
        item: { id: "item_u", speaker: "candidate", text: null, spoken: true, status: "complete" },
      },
    ]);
    const begun = { ...spoken, status: "in_progress", content: [] };
    expect(read({ type: "conversation.item.added", previous_item_id: "item_u", item: begun })).toEqual([
      {
        type: "item",
        previousId: "item_u",
        item: { id: "item_a", speaker: "interviewer", text: null, spoken: true, status: "in_progress" },
      },
    ]);
  });

  test("when done, are not believed to be the first: the provider says null of any", () => {
    const [event] = read({ type: "conversation.item.done", previous_item_id: null, item: spoken });
    expect(event).toMatchObject({ type: "item", item: { text: "Hello there.", status: "complete" } });
    expect(event).not.toHaveProperty("previousId");
    expect(read({ type: "conversation.item.done", previous_item_id: "item_u", item: spoken })).toMatchObject([
      { previousId: "item_u" },
    ]);
  });

  test("whose transcript was taken back, in part or whole, have no text", () => {
    const item = { ...spoken, content: [{ type: "output_audio" }] };
    expect(read({ type: "conversation.item.retrieved", item })).toMatchObject([
      { type: "retrieved", item: { text: null } },
    ]);
    const half = { ...spoken, content: [{ type: "output_audio", transcript: "Hello" }, { type: "output_audio" }] };
    expect(read({ type: "conversation.item.retrieved", item: half })).toMatchObject([{ item: { text: null } }]);
  });

  test("that are typed, or are no utterance at all, say so", () => {
    const typed = { ...heard, content: [{ type: "input_text", text: "Hi" }] };
    expect(read({ type: "conversation.item.added", item: typed })).toMatchObject([
      { item: { text: "Hi", spoken: false } },
    ]);
    for (const other of [
      { id: "i", type: "function_call", name: "note", arguments: "{}" },
      { id: "i", type: "message", role: "system", content: [{ type: "input_text", text: "Wrap up." }] },
      { id: "i", type: "of_next_year" },
    ]) {
      expect(read({ type: "conversation.item.added", item: other })[0]).toMatchObject({ item: { speaker: null } });
    }
  });
});

describe("words, voices and ends", () => {
  const place = { response_id: "resp_1", item_id: "item_a", output_index: 0, content_index: 0 };
  test.each([
    [
      { type: "response.output_audio_transcript.delta", ...place, delta: " there", obfuscation: "x" },
      { type: "delta", itemId: "item_a", speaker: "interviewer", text: " there" },
    ],
    [
      { type: "response.output_audio_transcript.done", ...place, transcript: "Hello there." },
      { type: "text", itemId: "item_a", speaker: "interviewer", text: "Hello there.", spoken: true },
    ],
    [
      { type: "response.output_text.done", ...place, text: "Hello." },
      { type: "text", itemId: "item_a", speaker: "interviewer", text: "Hello.", spoken: false },
    ],
    [
      { type: "conversation.item.input_audio_transcription.completed", item_id: "item_u", transcript: "Yes." },
      { type: "text", itemId: "item_u", speaker: "candidate", text: "Yes.", spoken: true },
    ],
    [
      { type: "conversation.item.input_audio_transcription.failed", item_id: "item_u", error: { message: "Yes." } },
      { type: "transcription_failed", itemId: "item_u" },
    ],
    [
      { type: "input_audio_buffer.speech_started", item_id: "item_u", audio_start_ms: 1 },
      { type: "candidate_speaking", itemId: "item_u", active: true },
    ],
    [
      { type: "output_audio_buffer.cleared", response_id: "resp_1" },
      { type: "interviewer_speaking", responseId: "resp_1", state: "cut" },
    ],
    [
      { type: "conversation.item.truncated", item_id: "item_a", content_index: 0, audio_end_ms: 640 },
      { type: "truncated", itemId: "item_a", heardMs: 640 },
    ],
    [
      { type: "input_audio_buffer.committed", item_id: "item_u", previous_item_id: "item_a" },
      { type: "placed", itemId: "item_u", previousId: "item_a" },
    ],
    [
      { type: "error", error: { type: "x", code: "item_retrieve_invalid_item_id", event_id: "proxy_retrieve:item_q" } },
      { type: "not_retrieved", itemId: "item_q" },
    ],
  ])("%o", (event, meaning) => {
    expect(read(event)).toEqual([meaning]);
  });

  test("a response that is done tells its end, its items and its cost; an output of a new kind costs it nothing", () => {
    const usage = {
      total_tokens: 82,
      input_tokens: 12,
      output_tokens: 70,
      // A form of next year: what is not understood is as good as not there, and costs the event nothing.
      input_token_details: { cached_tokens: 3, text_tokens: "twelve" },
      output_token_details: { text_tokens: 9, audio_tokens: 61 },
    };
    const output = [{ type: "of_next_year" }, spoken];
    expect(read({ type: "response.done", response: { id: "resp_1", status: "cancelled", output, usage } })).toEqual([
      {
        type: "response_done",
        responseId: "resp_1",
        status: "cancelled",
        items: [{ id: "item_a", speaker: "interviewer", text: "Hello there.", spoken: true, status: "complete" }],
        usage: {
          inputTextTokens: 12,
          inputAudioTokens: 0,
          cachedTextTokens: 3,
          cachedAudioTokens: 0,
          outputTextTokens: 9,
          outputAudioTokens: 61,
        },
      },
    ]);
  });
});

describe("what is not understood", () => {
  test("unknown events, and errors of others, mean nothing", () => {
    for (const type of ["rate_limits.updated", "response.of_next_year", "toString", "__proto__"])
      expect(read({ type })).toEqual([]);
    expect(read({ type: "error", error: { code: "x", event_id: "of_the_browser" } })).toEqual([]);
    expect(read({ type: "error", error: { code: null, event_id: null } })).toEqual([]);
  });

  test("broken frames, and known events with a field missing or wrong, are unreadable", () => {
    for (const text of ["", "{", "null", "7", "[]", '{"type":7}', '{"type":"conversation.item.added"}'])
      expect(readText(text)).toEqual([{ type: "unreadable" }]);
    expect(read({ type: "conversation.item.truncated", item_id: "a", audio_end_ms: "640" })).toEqual([
      { type: "unreadable" },
    ]);
    expect(read({ type: "conversation.item.added", item: { ...spoken, id: "x".repeat(10_000) } })).toEqual([
      { type: "unreadable" },
    ]);
    const words = { type: "response.output_audio_transcript.delta", item_id: "item_a", delta: "there" };
    for (const wrong of [{ item_id: "x".repeat(129) }, { item_id: "" }, { item_id: 7 }, { delta: null }, { delta: 7 }])
      expect(read({ ...words, ...wrong })).toEqual([{ type: "unreadable" }]);
    expect(read({ type: words.type, delta: "there" })).toEqual([{ type: "unreadable" }]);
  });

  test("nothing that JSON can say makes it throw", () => {
    const types = ["conversation.item.added", "response.done", "error", "conversation.item.truncated"];
    assert(
      property(constantFrom(...types), jsonValue(), jsonValue(), (type, a, b) => {
        const text = JSON.stringify({
          type,
          item: a,
          item_id: b,
          response: { id: "r", output: a, usage: b },
          error: a,
        });
        expect(Array.isArray(readText(text))).toBe(true);
      }),
    );
  });
});
