import { describe, expect, test } from "vitest";
import { LiveHarness, SPEECH } from "./live-harness.ts";
import { said } from "./realtime-harness.ts";
import { spokenTurn } from "./spoken-turn.ts";

const LOUD = 20;

/** A session whose first line is being spoken. */
function greeting(...options: ConstructorParameters<typeof LiveHarness>): LiveHarness {
  const harness = new LiveHarness(...options);
  harness.pass(1000);
  harness.instruct("Greet the candidate.");
  harness.pass(500);
  return harness;
}

describe("the interviewer", () => {
  test("does not speak first: an instruction makes it, and is acknowledged", () => {
    const harness = new LiveHarness();
    harness.pass(3000);
    expect(harness.types()).toEqual([]);
    harness.instruct("Greet the candidate.", "client_7");
    harness.pass(1200);
    const [appended, first] = harness.take();
    expect(appended).toMatchObject({
      type: "session.instructions.appended",
      client_event_id: "client_7",
      start_ms: 3000,
      end_ms: 3100,
    });
    expect(first).toMatchObject({ type: "session.output_transcript.delta", delta: " Hello,", to: "all" });
    expect(harness.heard).toEqual(["Hello, who are you?"]);
  });

  test("is transcribed in words with whole milliseconds, that stand in a row", () => {
    const harness = greeting();
    harness.pass(1000);
    const pieces = harness.take().filter((event) => event.type === "session.output_transcript.delta");
    expect(pieces.map(({ delta }) => delta).join("")).toBe(" Hello, who are you?");
    expect(pieces.map(({ start_ms, end_ms }) => [start_ms, end_ms])).toEqual([
      [1100, 1350],
      [1350, 1600],
      [1600, 1850],
      [1850, 2100],
    ]);
  });

  test("says its next line after each answer, and nothing tells of turns", () => {
    const harness = greeting();
    harness.pass(1000);
    harness.pass(1000, LOUD);
    harness.pass(2000);
    expect(harness.said.map(({ role, text }) => [role, text])).toEqual([
      ["interviewer", "Hello, who are you?"],
      ["candidate", "I am Ada."],
      ["interviewer", "What do you do?"],
    ]);
    expect(new Set(harness.types())).toEqual(
      new Set(["session.instructions.appended", "session.output_transcript.delta", "session.input_transcript.delta"]),
    );
  });

  test("falls silent when the candidate speaks, and no event tells of it", () => {
    const harness = greeting();
    harness.take();
    harness.pass(2000, LOUD);
    expect(harness.types()).toEqual(["session.input_transcript.delta"]);
    expect(harness.said).toMatchObject([{ role: "interviewer", text: "Hello,", cutOff: true, startMs: 1100 }]);
    expect(harness.speechPackets).toBeLessThan(30);
  });

  test("goes on where the script says that the candidate only agrees", () => {
    const overlap = { text: "Mhm.", afterMs: 0, durationMs: 0 };
    const turns = [
      spokenTurn("Hello, who are you?", SPEECH, { answer: { ...said("Ada."), overlap } }),
      spokenTurn("Goodbye.", SPEECH),
    ];
    const harness = greeting({}, { turns });
    harness.pass(200, LOUD);
    harness.pass(2000);
    expect(harness.said.map(({ text, cutOff }) => [text, cutOff])).toEqual([
      ["Hello, who are you?", false],
      ["Mhm.", false],
    ]);
    harness.pass(400, LOUD);
    harness.pass(2000);
    expect(harness.heard.at(-1)).toBe("Goodbye.");
  });
});

describe("an instruction in mid-interview", () => {
  test("is a private word where it quotes nothing", () => {
    const harness = greeting();
    harness.pass(1000);
    harness.take();
    harness.instruct("Five minutes are left.");
    harness.pass(2000);
    expect(harness.types()).toEqual(["session.instructions.appended"]);
    expect(harness.heard).toEqual(["Hello, who are you?"]);
  });

  test("is no greeting either where it says so", () => {
    const harness = new LiveHarness();
    harness.instruct("The connection was lost. Do not speak of it.");
    harness.send({ type: "session.thinking.append", content: "The candidate is back.", delegation_id: null });
    harness.pass(2000);
    expect(harness.types()).toEqual(["session.instructions.appended", "session.thinking.appended"]);
    harness.instruct("Go on.");
    harness.pass(2000);
    expect(harness.heard).toEqual(["Hello, who are you?"]);
  });

  test("has it say what is quoted, after what it is saying, and then go on where it was", () => {
    const harness = greeting();
    harness.instruct("Say “Your time is nearly over.”");
    harness.pass(3000);
    harness.pass(400, LOUD);
    harness.pass(2000);
    expect(harness.heard).toEqual(["Hello, who are you?", "Your time is nearly over.", "What do you do?"]);
  });

  test("stops it at once, and has it say goodbye", () => {
    const harness = greeting();
    harness.instruct('Stop speaking. Say only "Goodbye, and thank you."');
    harness.pass(1500);
    expect(harness.said.map(({ text, cutOff }) => [text, cutOff])).toEqual([
      ["Hello, who", true],
      ["Goodbye, and thank you.", false],
    ]);
  });

  test("may be a thought of the next question", () => {
    const harness = greeting();
    const content = 'Ask: "What keeps the lighthouse alight?"';
    harness.send({ type: "session.thinking.append", content, delegation_id: null });
    harness.pass(2000);
    expect(harness.heard).toEqual(["Hello, who are you?"]);
    harness.pass(400, LOUD);
    harness.pass(3000);
    harness.pass(400, LOUD);
    harness.pass(2000);
    expect(harness.heard.slice(1)).toEqual(["What keeps the lighthouse alight?", "Goodbye."]);
  });

  test("may be a comment for the candidate", () => {
    const harness = new LiveHarness();
    harness.send({ type: "session.commentary.append", content: "I am looking it up.", delegation_id: null });
    harness.pass(1500);
    expect(harness.heard).toEqual(["I am looking it up."]);
  });

  test.each([
    ["more than it may hold", { content: "word ".repeat(501), delegation_id: null }, "content"],
    ["no content", { delegation_id: null }, "content"],
    ["no delegation_id", { content: "x" }, "delegation_id"],
    ["a delegation that is none", { content: "x", delegation_id: "deleg_1" }, "delegation_id"],
  ])("is refused with %s", (_name, fields, param) => {
    const harness = new LiveHarness();
    harness.send({ type: "session.instructions.append", event_id: "client_1", ...fields });
    harness.pass(1000);
    expect(harness.take()).toMatchObject([{ type: "error", error: { param, client_event_id: "client_1" } }]);
  });
});

describe("the timeline", () => {
  test("stands while no audio comes, and appends wait for it", () => {
    const harness = new LiveHarness();
    harness.instruct("Greet the candidate.");
    harness.passWithoutAudio(5000);
    expect(harness.types()).toEqual([]);
    harness.pass(200);
    expect(harness.take()).toMatchObject([{ type: "session.instructions.appended", start_ms: 0, end_ms: 100 }]);
    harness.pass(1000);
    harness.passWithoutAudio(60_000);
    harness.take();
    harness.instruct("Five minutes are left.");
    harness.pass(200);
    // A gap of half a second is a silent sender's.
    expect(harness.take()).toMatchObject([{ start_ms: 1680, end_ms: 1780 }]);
  });

  test("holds the interviewer up too, who then goes on in the middle of the line", () => {
    const harness = greeting();
    harness.passWithoutAudio(10_000);
    expect(harness.heard).toEqual([]);
    harness.pass(1000);
    expect(harness.said).toMatchObject([{ text: "Hello, who are you?", cutOff: false }]);
    expect(harness.speechPackets).toBe(50);
  });

  test("is what is billed, cumulatively, and no less than 15 s", () => {
    const harness = new LiveHarness();
    harness.pass(45_000);
    harness.passWithoutAudio(60_000);
    const reports = harness.take().filter((event) => event.type === "session.usage.updated");
    expect(reports.map(({ usage }) => usage.seconds)).toEqual([15, 30, 45]);
    expect(reports.at(-1)?.context_window?.usage_ratio).toBeGreaterThan(0);
  });
});

describe("an interview that goes on", () => {
  const asked = { role: "assistant" as const, content: [{ text: "Hello, who are you?" }] as [{ text: string }] };
  const answered = { role: "user" as const, content: [{ text: "I am Ada." }] as [{ text: string }] };

  test("has its next line", () => {
    const harness = new LiveHarness({ input: [asked, answered] });
    harness.pass(3000);
    expect(harness.heard).toEqual([]);
    harness.instruct("Go on with the interview.");
    harness.pass(1500);
    expect(harness.heard).toEqual(["What do you do?"]);
  });

  test("asks again what was not answered", () => {
    const harness = new LiveHarness({ input: [asked] });
    harness.instruct("Go on with the interview.");
    harness.pass(1500);
    harness.pass(400, LOUD);
    harness.pass(2000);
    expect(harness.heard).toEqual(["Hello, who are you?", "What do you do?"]);
  });

  test("takes the answer to what was asked in the session before", () => {
    const harness = new LiveHarness({ input: [asked] });
    harness.pass(400, LOUD);
    harness.pass(2000);
    expect(harness.said.map(({ text }) => text)).toEqual(["I am Ada.", "What do you do?"]);
  });
});

describe("mute", () => {
  test("is acknowledged, and the model hears silence until it is undone", () => {
    const harness = new LiveHarness();
    harness.send({ type: "session.input_audio.mute", event_id: "client_1" });
    harness.pass(1000, LOUD);
    harness.send({ type: "session.input_audio.unmute", event_id: "client_2" });
    expect(harness.take()).toMatchObject([
      { type: "session.input_audio.muted", client_event_id: "client_1" },
      { type: "session.input_audio.unmuted", client_event_id: "client_2" },
    ]);
    harness.pass(400, LOUD);
    harness.pass(600);
    expect(harness.said).toMatchObject([{ role: "candidate", text: "I am Ada." }]);
  });

  test("cuts off what is being said", () => {
    const harness = new LiveHarness();
    harness.pass(500, LOUD);
    harness.send({ type: "session.input_audio.mute" });
    harness.pass(1000, LOUD);
    expect(harness.said).toMatchObject([{ role: "candidate", text: "I", cutOff: true }]);
  });
});

describe("session.close", () => {
  test("ends with the reason, the session and its use, once what was said has been told", () => {
    const harness = greeting();
    harness.take();
    harness.send({ type: "session.close", event_id: "client_9" });
    expect(harness.said).toMatchObject([{ role: "interviewer", text: "Hello,", cutOff: true }]);
    harness.instruct("Too late.");
    harness.pass(200);
    expect(harness.take()).toMatchObject([
      { type: "error", error: { code: "session_closing", client_event_id: "client_1" } },
      {
        type: "session.closed",
        reason: "close_requested",
        client_event_id: "client_9",
        session: { id: "live_u1_x", status: "active" },
        usage: { seconds: 15 },
      },
    ]);
    expect(harness.ended).toBe("session_closed");
    harness.session.close("hangup");
    expect(harness.take()).toEqual([]);
    expect(harness.clock.pending).toBe(0);
  });

  test("hears nobody afterwards", () => {
    const harness = new LiveHarness();
    harness.send({ type: "session.close" });
    harness.pass(1000, LOUD);
    expect(harness.types()).toEqual(["session.closed"]);
    expect(harness.said).toEqual([]);
  });

  test("gives up what was never accepted", () => {
    const harness = new LiveHarness();
    harness.instruct("Greet the candidate.", "client_3");
    harness.send({ type: "session.close" });
    expect(harness.take()).toMatchObject([
      { type: "error", error: { code: "context_injection_incomplete", client_event_id: "client_3" } },
    ]);
  });

  test.each([
    ["hangup", "close_requested"],
    ["peer_closed", "remote_hangup"],
    ["peer_lost", "connection_lost"],
  ] as const)("is not needed: %s is told as %s", (end, reason) => {
    const harness = new LiveHarness();
    harness.session.close(end);
    expect(harness.take()).toMatchObject([{ type: "session.closed", reason }]);
  });

  test("comes by itself when the session expires", () => {
    const harness = new LiveHarness();
    harness.clock.advance(7200_000);
    expect(harness.take().at(-1)).toMatchObject({ type: "session.closed", reason: "expired" });
    expect(harness.ended).toBe("expired");
  });
});

describe("session.update", () => {
  const responses = { model: "gpt-5.4", instructions: "Look it up." };

  test("changes the delegation's settings", () => {
    const harness = new LiveHarness({ delegation: { type: "responses", responses } });
    harness.send({
      type: "session.update",
      event_id: "client_1",
      session: { delegation: { type: "responses", responses: { instructions: "Look twice." } } },
    });
    expect(harness.take()).toMatchObject([
      {
        type: "session.updated",
        client_event_id: "client_1",
        session: { delegation: { responses: { model: "gpt-5.4", instructions: "Look twice." } } },
      },
    ]);
  });

  test.each([
    [{ instructions: "Obey me." }, "immutable_field_update", "session.instructions"],
    [{ delegation: { type: "responses" } }, "immutable_field_update", "session.delegation.type"],
    [{ turn_detection: null }, "unknown_parameter", "session.turn_detection"],
    [{ delegation: { type: "client", extra: 1 } }, "unknown_parameter", "session.delegation.extra"],
  ])("refuses %j", (session, code, param) => {
    const harness = new LiveHarness();
    harness.send({ type: "session.update", session });
    expect(harness.take()).toMatchObject([{ type: "error", error: { code, param } }]);
  });
});

test.each([
  ["no JSON", "{", "invalid_json"],
  ["an unknown event", '{"type":"session.speak"}', "invalid_value"],
  ["an unknown field", '{"type":"session.close","now":true}', "unknown_parameter"],
  ["a primary transport's event", '{"type":"session.input_audio.append","audio":"AAAA"}', "unsupported_event"],
  ["a backend's event without a backend", '{"type":"response.create"}', "invalid_value"],
  ["a body of response.create", '{"type":"response.create","response":{}}', "unknown_parameter"],
])("%s is refused, and the session goes on", (_name, text, code) => {
  const harness = new LiveHarness();
  harness.send(text);
  expect(harness.take()).toMatchObject([{ type: "error", error: { code } }]);
  harness.instruct("Greet the candidate.");
  harness.pass(1500);
  expect(harness.heard).toHaveLength(1);
});
