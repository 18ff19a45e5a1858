import { describe, expect, test } from "vitest";
import { RealtimeHarness } from "./realtime-harness.ts";

describe("refusals", () => {
  const refused: [name: string, event: object | string, code: string, param: string | null][] = [
    ["text that is no JSON", "{", "invalid_json", null],
    ["a list", "[]", "invalid_json", null],
    [
      "JSON nested without end",
      `{"type":"session.update","session":{"type":"realtime","tracing":{"metadata":${'{"a":'.repeat(20_000)}1${"}".repeat(20_003)}`,
      "invalid_json",
      null,
    ],
    ["no type", {}, "missing_required_parameter", "type"],
    ["an unknown type", { type: "session.dance" }, "invalid_value", "type"],
    ["an unknown field", { type: "response.cancel", x: 1 }, "unknown_parameter", "x"],
    ["a session without a type", { type: "session.update", session: {} }, "missing_required_parameter", "session.type"],
    [
      "an unknown field of the session",
      { type: "session.update", session: { type: "realtime", temperature: 1 } },
      "unknown_parameter",
      "session.temperature",
    ],
    [
      "an unknown field deep in the session",
      { type: "session.update", session: { type: "realtime", audio: { output: { volume: 1 } } } },
      "unknown_parameter",
      "session.audio.output.volume",
    ],
    [
      "a wrong type",
      { type: "session.update", session: { type: "realtime", instructions: 1 } },
      "invalid_type",
      "session.instructions",
    ],
    [
      "a value out of range",
      { type: "session.update", session: { type: "realtime", max_output_tokens: 0 } },
      "invalid_value",
      "session.max_output_tokens",
    ],
    [
      "another model",
      { type: "session.update", session: { type: "realtime", model: "gpt-other" } },
      "invalid_value",
      "session.model",
    ],
    ["a cancel with nothing active", { type: "response.cancel" }, "response_cancel_not_active", null],
    [
      "an item after one that does not exist",
      {
        type: "conversation.item.create",
        previous_item_id: "item_x",
        item: { type: "message", role: "user", content: [] },
      },
      "item_create_invalid_previous_item_id",
      "previous_item_id",
    ],
    [
      "a delete of nothing",
      { type: "conversation.item.delete", item_id: "item_x" },
      "item_delete_invalid_item_id",
      null,
    ],
  ];

  test.each(refused)("%s", (_name, event, code, param) => {
    const harness = new RealtimeHarness();
    harness.send(event);
    expect(harness.take()).toMatchObject([{ type: "error", error: { type: "invalid_request_error", code, param } }]);
  });

  test("name the event they answer", () => {
    const harness = new RealtimeHarness();
    harness.send({ type: "response.cancel", event_id: "mine" });
    expect(harness.takeOnly("error").error.event_id).toBe("mine");
  });

  test("never quote what was refused", () => {
    const harness = new RealtimeHarness();
    harness.send({ type: "session.update", session: { type: "realtime", instructions: { secret: "rubric" } } });
    expect(JSON.stringify(harness.take())).not.toContain("rubric");
  });

  test("a second response while one is active", () => {
    const harness = new RealtimeHarness();
    harness.send({ type: "response.create" });
    const { id } = harness.takeOnly("response.created").response;
    harness.send({ type: "response.create" });
    const { error } = harness.takeOnly("error");
    expect(error.code).toBe("conversation_already_has_active_response");
    expect(error.message).toContain(id);
  });

  test("a new voice once the interviewer has spoken; the old one is no change", () => {
    const harness = new RealtimeHarness({ type: "realtime", audio: { output: { voice: "cedar" } } });
    harness.send({ type: "response.create" });
    harness.pass(600);
    harness.take();
    const update = (voice: string) => ({
      type: "session.update",
      session: { type: "realtime", audio: { output: { voice } } },
    });
    harness.send(update("ash"));
    expect(harness.takeOnly("error").error.code).toBe("cannot_update_voice");
    harness.send(update("cedar"));
    expect(harness.takeTypes()).toEqual(["session.updated"]);
  });
});

describe("session.update", () => {
  test("keeps what it does not name", () => {
    const harness = new RealtimeHarness({ type: "realtime", instructions: "A", audio: { output: { voice: "ash" } } });
    harness.send({
      type: "session.update",
      session: { type: "realtime", audio: { input: { turn_detection: { type: "server_vad", threshold: 0.9 } } } },
    });
    expect(harness.takeOnly("session.updated").session).toMatchObject({
      object: "realtime.session",
      id: "sess_u1_x",
      instructions: "A",
      audio: {
        input: {
          transcription: null,
          turn_detection: { type: "server_vad", threshold: 0.9, prefix_padding_ms: 300, silence_duration_ms: 200 },
        },
        output: { voice: "ash", speed: 1 },
      },
    });
  });

  test("fills a transcription as OpenAI does", () => {
    const harness = new RealtimeHarness();
    const transcription = { model: "gpt-realtime-whisper" };
    harness.send({ type: "session.update", session: { type: "realtime", audio: { input: { transcription } } } });
    expect(harness.takeOnly("session.updated").session.audio.input.transcription).toEqual({
      model: "gpt-realtime-whisper",
      language: null,
      prompt: null,
    });
  });
});
