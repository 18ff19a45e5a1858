import { expect, test } from "vitest";
import { turnsIn } from "../supervision/recorded-interview.ts";

const event = (type: string, rest: object = {}): string => JSON.stringify({ type, ...rest });
const added = (id: string, role: string): string => event("conversation.item.added", { item: { id, role } });
const done = (id: string, transcript: string): string =>
  event("response.done", { response: { output: [{ id, content: [{ transcript }] }] } });
const heard = (item_id: string, transcript: string): string =>
  event("conversation.item.input_audio_transcription.completed", { item_id, transcript });

test("a turn is final when it and all before it are; what is not final ends the list", () => {
  const frames = [
    added("q1", "assistant"),
    done("q1", "Why?"),
    event("output_audio_buffer.stopped"),
    added("a1", "user"),
    added("q2", "assistant"),
    done("q2", "And then?"),
    event("output_audio_buffer.stopped"),
    heard("a1", "Because."),
    added("a2", "user"),
  ];
  expect(turnsIn(frames)).toEqual([
    { role: "interviewer", text: "Why?", finalWith: 2 },
    { role: "candidate", text: "Because.", finalWith: 7 },
    { role: "interviewer", text: "And then?", finalWith: 7 },
  ]);
});
