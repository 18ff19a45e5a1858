import { describe, expect, test } from "vitest";
import type { ServerEvent } from "../src/realtime/server-events.ts";
import { RealtimeHarness, said } from "./realtime-harness.ts";
import { spokenTurn } from "./spoken-turn.ts";

const ONE_PACKET = [Uint8Array.of(0x78, 1)];
const NOTE = { type: "function" as const, name: "note", parameters: { type: "object" } };
const TURNS = [
  spokenTurn("Hi.", ONE_PACKET, {
    tools: [
      { name: "note", arguments: '{"text":"Was late."}' },
      { name: "fly", arguments: "{}" },
    ],
  }),
  spokenTurn("Why?", ONE_PACKET, { answer: said("Because.") }),
];

function interview(config: object = { tools: [NOTE] }): RealtimeHarness {
  const harness = new RealtimeHarness({ type: "realtime", ...config }, TURNS);
  harness.connect();
  return harness;
}

const calls = (events: readonly ServerEvent[]) =>
  events.filter(({ type }) => type.startsWith("response.function_call"));

describe("a tool call", () => {
  test("follows the words of its turn in OpenAI's order, and both are in the response", () => {
    const harness = interview();
    harness.send({ type: "response.create" });
    harness.pass(1000);
    const events = harness.take();
    const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(types.slice(types.indexOf("response.output_item.done"))).toEqual([
      "response.output_item.done",
      "response.output_item.added",
      "conversation.item.added",
      "response.function_call_arguments.delta",
      "response.function_call_arguments.done",
      "conversation.item.done",
      "response.output_item.done",
      "response.done",
      "rate_limits.updated",
    ]);
    const [message] = events.filter(({ type }) => type === "conversation.item.added");
    const [, added] = events.filter(({ type }) => type === "conversation.item.added");
    expect(added).toMatchObject({
      previous_item_id: message !== undefined && "item" in message && message.item.id,
      item: { type: "function_call", name: "note", arguments: "", status: "in_progress" },
    });
    const deltas = calls(events).map((event) => ("delta" in event ? event.delta : ""));
    expect(deltas.join("")).toBe('{"text":"Was late."}');
    expect(calls(events).at(-1)).toMatchObject({ name: "note", arguments: '{"text":"Was late."}', output_index: 1 });
    expect(events.find(({ type }) => type === "response.done")).toMatchObject({
      response: {
        status: "completed",
        output: [
          { type: "message", content: [{ transcript: "Hi." }] },
          { type: "function_call", status: "completed", arguments: '{"text":"Was late."}' },
        ],
      },
    });
  });

  test.each([
    ["a tool that the session does not have", {}],
    ["any tool where the choice is none", { tools: [NOTE], tool_choice: "none" }],
  ])("is not made of %s", (_what, config) => {
    const harness = interview(config);
    harness.send({ type: "response.create" });
    harness.pass(1000);
    const events = harness.take();
    expect(calls(events)).toEqual([]);
    expect(events.find(({ type }) => type === "response.done")).toMatchObject({
      response: { output: [{ type: "message" }] },
    });
  });

  test("that is cut short stays incomplete", () => {
    const harness = interview();
    harness.send({ type: "response.create" });
    harness.pass(80);
    expect(calls(harness.events)).not.toEqual([]);
    harness.send({ type: "response.cancel" });
    expect(harness.takeOnly("response.done").response).toMatchObject({
      status: "cancelled",
      output: [
        { type: "message", status: "completed" },
        { type: "function_call", status: "incomplete" },
      ],
    });
  });

  test("gets its result, and the next response goes on with the script", () => {
    const harness = interview();
    harness.send({ type: "response.create" });
    harness.pass(1000);
    const done = harness.takeOnly("response.function_call_arguments.done");
    harness.send({
      type: "conversation.item.create",
      item: { type: "function_call_output", call_id: done.call_id, output: "{}" },
    });
    harness.send({ type: "response.create" });
    harness.pass(1000);
    const added = harness.events.find(({ type }) => type === "conversation.item.added");
    expect(added).toMatchObject({ previous_item_id: done.item_id, item: { type: "function_call_output" } });
    expect(harness.takeOnly("response.output_audio_transcript.done").transcript).toBe("Why?");
  });
});
