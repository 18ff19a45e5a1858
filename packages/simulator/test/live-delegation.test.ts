import type { ServerEvent } from "openai/resources/live/live";
import { describe, expect, test } from "vitest";
import type { LiveSessionConfig } from "../src/live/session-config-schema.ts";
import { LiveHarness, SPEECH } from "./live-harness.ts";
import { said } from "./realtime-harness.ts";
import { spokenTurn } from "./spoken-turn.ts";

const turns = [
  spokenTurn("Hello.", SPEECH, {
    answer: said("Hi."),
    tools: [
      { name: "note", arguments: '{"text":"Was late."}' },
      { name: "fly", arguments: "{}" },
    ],
  }),
  spokenTurn("Goodbye.", SPEECH),
];

const RESPONSES = {
  type: "responses" as const,
  responses: { model: "gpt-5.4", tools: [{ type: "function" as const, name: "note" }] },
};

function afterFirstLine(delegation?: LiveSessionConfig["delegation"]): LiveHarness {
  const harness = new LiveHarness(delegation === undefined ? {} : { delegation }, { turns });
  harness.instruct("Greet the candidate.");
  harness.pass(1000);
  harness.take();
  harness.pass(200);
  // Its only word is heard with its end.
  harness.events.splice(0, 1);
  return harness;
}

/** The backend's events, and the type of what else is told. */
const nested = (events: readonly ServerEvent[]) =>
  events
    .filter(({ type }) => type !== "session.output_transcript.delta")
    .map((event) => (event.type === "response.event" ? event.event : { type: event.type }));

const callId = (events: readonly ServerEvent[]): unknown =>
  nested(events).flatMap((event) => {
    const item = "item" in event ? (event.item as { call_id?: string }) : {};
    return item.call_id ?? [];
  })[0];

describe("delegation to Responses", () => {
  test("calls the tools that were given, once the line was heard", () => {
    const events = afterFirstLine(RESPONSES).take();
    const [created] = events.filter((event) => event.type === "session.delegation.created");
    const [wrapped] = events.filter((event) => event.type === "response.event");
    expect(created?.delegation).toMatchObject({ type: "delegation", target: "responses" });
    expect(created?.offset_ms).toBe(1080);
    expect(wrapped?.delegation_id).toBe(created?.delegation.id);
    expect(nested(events)).toMatchObject([
      { type: "session.delegation.created" },
      { type: "response.created", response: { id: created?.delegation.response_id, status: "in_progress" } },
      { type: "response.output_item.added", item: { type: "function_call", name: "note", status: "in_progress" } },
      {
        type: "response.output_item.done",
        item: { type: "function_call", name: "note", arguments: '{"text":"Was late."}', status: "completed" },
      },
      {
        type: "response.completed",
        response: { status: "completed", output: [], tools: [], instructions: null, usage: { input_tokens: 100 } },
      },
    ]);
  });

  test("goes on when it has the results, which are not acknowledged", () => {
    const harness = afterFirstLine(RESPONSES);
    const call_id = callId(harness.take());
    harness.send({ type: "response.create" });
    expect(harness.take(), "a call has no result yet").toMatchObject([{ type: "error" }]);
    const item = { type: "function_call_output", call_id, output: '{"ok":true}' };
    harness.send({ type: "response.item.create", item });
    expect(harness.take()).toEqual([]);
    harness.send({ type: "response.create" });
    harness.pass(100);
    expect(nested(harness.take())).toMatchObject([
      { type: "response.created" },
      { type: "response.output_item.added" },
      { type: "response.output_item.done", item: { type: "message", role: "assistant" } },
      { type: "response.completed" },
    ]);
    harness.send({ type: "response.item.create", item });
    expect(harness.take()).toMatchObject([{ type: "error", error: { param: "item.call_id" } }]);
  });

  test("does nothing where the tool was not given, or may not be chosen", () => {
    const { responses } = RESPONSES;
    expect(afterFirstLine({ type: "responses", responses: { model: "gpt-5.4" } }).take()).toEqual([]);
    const none = { ...responses, tool_choice: "none" as const };
    expect(afterFirstLine({ type: "responses", responses: none }).take()).toEqual([]);
  });

  test("is not asked for by a line that is interrupted", () => {
    const harness = new LiveHarness({ delegation: RESPONSES }, { turns });
    harness.instruct("Greet the candidate.");
    harness.pass(500);
    harness.pass(1000, 20);
    expect(harness.types()).not.toContain("session.delegation.created");
  });

  test("lets the data channel have single events of the backend's", () => {
    const selectors = [{ type: "response.event", response_event: "response.completed" }];
    const client = { data_channel: { allowed_server_events: selectors } };
    const harness = new LiveHarness({ delegation: RESPONSES, client }, { turns });
    harness.instruct("Greet the candidate.");
    harness.pass(1200);
    const told = harness.take().filter(({ to }) => to === "all");
    expect(nested(told)).toMatchObject([{ type: "response.completed" }]);
  });

  test("is drained by a close", () => {
    const harness = new LiveHarness({ delegation: RESPONSES }, { turns });
    harness.instruct("Greet the candidate.");
    harness.pass(1120);
    expect(harness.types().at(-1)).toBe("response.event");
    harness.send({ type: "session.close" });
    harness.pass(200);
    expect(nested(harness.take()).map(({ type }) => type)).toEqual([
      "response.output_item.added",
      "response.output_item.done",
      "response.completed",
      "session.closed",
    ]);
  });
});

test("delegation to the client is a notice without a task, which it answers by its id", () => {
  const harness = afterFirstLine();
  const [created] = harness.take();
  expect(created).toMatchObject({ type: "session.delegation.created", delegation: { target: "client" } });
  const delegation_id = created?.type === "session.delegation.created" ? created.delegation.id : "";
  harness.send({ type: "session.thinking.append", content: "Looking it up.", delegation_id });
  harness.send({ type: "session.commentary.append", content: "It was Tuesday.", delegation_id });
  harness.pass(1500);
  expect(harness.types()).toEqual([
    "session.thinking.appended",
    "session.commentary.appended",
    "session.output_transcript.delta",
  ]);
  expect(harness.heard).toEqual(["Hello.", "It was Tuesday."]);
});
