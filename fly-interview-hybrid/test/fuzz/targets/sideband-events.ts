import assert from "node:assert/strict";
import * as fc from "fast-check";
import { TurnAssembly } from "../../../src/supervision/turn-assembly.ts";
import type { CallEvent } from "../../../src/upstreams/call-event.ts";
import { CallLine } from "../../../src/upstreams/openai-live/call-line.ts";
import { OwnMarks } from "../../../src/upstreams/openai-realtime/own-marks.ts";
import { readEvents } from "../../../src/upstreams/openai-realtime/read-event.ts";
import { createManualClock } from "../manual-clock.ts";
import type { FuzzTarget } from "../target.ts";

interface SidebandInput {
  readonly api: "realtime" | "live";
  /** Texts of frames; a number: so many milliseconds pass. */
  readonly frames: readonly (string | number)[];
}

const REALTIME = [
  "session.created",
  "session.updated",
  "error",
  "response.created",
  "response.done",
  "conversation.item.added",
  "conversation.item.created",
  "conversation.item.done",
  "conversation.item.retrieved",
  "conversation.item.deleted",
  "conversation.item.truncated",
  "input_audio_buffer.committed",
  "conversation.item.input_audio_transcription.delta",
  "conversation.item.input_audio_transcription.completed",
  "conversation.item.input_audio_transcription.failed",
  "input_audio_buffer.speech_started",
  "input_audio_buffer.speech_stopped",
  "output_audio_buffer.started",
  "output_audio_buffer.stopped",
  "output_audio_buffer.cleared",
  "response.output_item.added",
  "response.output_item.done",
  "response.output_audio_transcript.delta",
  "response.output_audio_transcript.done",
  "of.next.year",
];
const LIVE = [
  "session.started",
  "session.updated",
  "session.closed",
  "session.usage.updated",
  "response.event",
  "error",
  "session.input_transcript.delta",
  "session.output_transcript.delta",
  "session.instructions.appended",
  "session.thinking.appended",
  "transport.input_audio",
  "of.next.year",
];

// Few ids, so that events meet: an item that is done before it is there, is behind itself, or comes twice.
const itemId = fc.constantFrom("i1", "i2", "i3", "__proto__");
const responseId = fc.constantFrom("r1", "r2", "constructor");
const words = fc.constantFrom("", "Hello. ", "I am Ada.", "\u0000\ud800", "a".repeat(5000));
const milliseconds = fc.oneof(fc.nat(5000), fc.constantFrom(-1, 1e308, 0.5));
const wrong = fc.constantFrom<unknown[]>(null, 7, "", [], {}, true, "x");
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: wrong });

const item = fc.record(
  {
    id: maybe(itemId),
    type: maybe(fc.constantFrom("message", "function_call", "of_next_year")),
    role: maybe(fc.constantFrom("user", "assistant", "system")),
    status: maybe(fc.constantFrom("completed", "in_progress", "incomplete")),
    name: maybe(fc.constant("note")),
    call_id: maybe(fc.constant("c1")),
    arguments: maybe(words),
    content: maybe(
      fc.array(
        fc.record({
          type: fc.constantFrom("input_audio", "input_text", "output_audio", "output_text"),
          transcript: maybe(words),
          text: maybe(words),
        }),
        { maxLength: 3 },
      ),
    ),
  },
  { requiredKeys: ["id", "type", "role"] },
);
const usage = fc.record({ seconds: milliseconds, input_tokens: milliseconds, output_tokens: milliseconds });
const fields = {
  event_id: words,
  item_id: maybe(itemId),
  previous_item_id: maybe(fc.option(itemId)),
  response_id: maybe(responseId),
  item: maybe(item),
  delta: maybe(words),
  transcript: maybe(words),
  audio_end_ms: maybe(milliseconds),
  start_ms: maybe(milliseconds),
  end_ms: maybe(milliseconds),
  client_event_id: maybe(words),
  delegation_id: maybe(responseId),
  reason: maybe(fc.constantFrom("content", "expired")),
  usage: maybe(usage),
  response: maybe(
    fc.record({
      id: maybe(responseId),
      status: maybe(fc.constantFrom("completed", "cancelled", "failed")),
      output: maybe(fc.array(item, { maxLength: 3 })),
      usage: maybe(usage),
    }),
  ),
  session: maybe(fc.record({ expires_at: milliseconds, instructions: words })),
  event: maybe(fc.record({ type: fc.constantFrom("response.created", "response.done"), response: item })),
  error: maybe(fc.record({ code: words, event_id: fc.constantFrom("proxy_retrieve:i1", "proxy_update:x") })),
};

function frame(types: readonly string[]): fc.Arbitrary<string | number> {
  const whole = fc.record({ type: fc.constantFrom(...types), ...fields }).map((event) => JSON.stringify(event));
  return fc.oneof(
    { weight: 10, arbitrary: whole },
    { weight: 2, arbitrary: fc.constantFrom(1, 100, 1500, 30_000) },
    { weight: 1, arbitrary: fc.tuple(whole, fc.nat(400)).map(([text, at]) => text.slice(0, at)) },
    { weight: 1, arbitrary: fc.oneof(fc.json(), fc.string(), fc.constant("[".repeat(20_000))) },
  );
}

const framesOf = (types: readonly string[]): fc.Arbitrary<readonly (string | number)[]> =>
  fc.array(frame(types), { minLength: 1, maxLength: 40 });

/** Reads what a provider might say, in whatever order, and assembles turns of it. */
export const sidebandTarget: FuzzTarget<SidebandInput> = {
  name: "sideband-events",
  counts: "frames",
  inputs: fc.oneof(
    fc.record({ api: fc.constant("realtime" as const), frames: framesOf(REALTIME) }),
    fc.record({ api: fc.constant("live" as const), frames: framesOf(LIVE) }),
  ),
  attempt({ api, frames }) {
    const clock = createManualClock();
    const told: string[] = [];
    const texts: (string | null)[] = [];
    const assembly = new TurnAssembly(clock, {
      turn: (turn) => {
        told.push(turn.itemId);
        texts.push(turn.text);
      },
      delta: () => undefined,
      speaking: () => undefined,
      placed: () => undefined,
      retrieve: () => undefined,
    });
    const take = (event: CallEvent): void => assembly.take(event);
    const reader = api === "live" ? liveReader(clock, take) : realtimeReader(take);
    for (const next of frames) {
      if (typeof next === "number") clock.advance(next);
      else reader.receive(next);
    }
    reader.close();
    assembly.end();
    assert.equal(new Set(told).size, told.length, "no turn is told twice");
    assert.ok(
      texts.every((text) => text === null || typeof text === "string"),
      "the words of a turn are words",
    );
    assert.equal(clock.pending(), 0, "no timer outlives the call");
    return frames.length;
  },
};

interface FrameReader {
  receive(text: string): void;
  close(): void;
}

function realtimeReader(take: (event: CallEvent) => void): FrameReader {
  const ours = { planned: undefined, marks: new OwnMarks("sk-test", "rtc_1") };
  return {
    receive(text) {
      for (const event of readEvents(text, ours)) take(event);
    },
    close: () => undefined,
  };
}

function liveReader(clock: ConstructorParameters<typeof CallLine>[0], take: (event: CallEvent) => void): FrameReader {
  const line = new CallLine(clock, take);
  line.open(() => undefined);
  line.configure();
  return {
    receive: (text) => line.receive(Buffer.from(text, "utf8")),
    close() {
      for (const event of line.conclude()) take(event);
      line.close();
    },
  };
}
