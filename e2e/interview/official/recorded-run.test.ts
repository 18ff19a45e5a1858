import { once } from "node:events";
import { OpenAIRealtimeWebSocket } from "@openai/agents-realtime";
import { type InterviewScript, startSimulator } from "openai-voice-simulator";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { audioOffer } from "../../../fly-interview-hybrid/test/sample-sdp.ts";

/** Every way in which a turn can go. */
const script: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you then?", candidate: "I am Ada Lovelace." },
    { interviewer: "For whom do you write them, and why just for him?", candidate: "Wait.", interruptsAfterMs: 40 },
    { interviewer: "Go on.", candidate: "Mumble mumble.", transcriptionFails: true },
    { interviewer: "I note that.", tools: [{ name: "note" }] },
  ],
};

const session = {
  type: "realtime",
  tools: [{ type: "function", name: "note", parameters: { type: "object" } }],
  audio: { input: { transcription: { model: "gpt-4o-mini-transcribe" } } },
};

const typed = { id: "item_typed", type: "message", role: "user", content: [{ type: "input_text", text: "Typed." }] };

/** What else a client can do, and one thing that it cannot, whose error comes last. */
const CLIENT_EVENTS = [
  { type: "session.update", session: { type: "realtime", instructions: "Be kind." } },
  { type: "conversation.item.create", item: typed },
  { type: "conversation.item.retrieve", item_id: typed.id },
  { type: "conversation.item.delete", item_id: typed.id },
  { type: "input_audio_buffer.clear" },
  { type: "nonsense" },
];

/** The reader of the agents SDK: it tells an event by its type where it has the form that the SDK knows, and else by `*` alone. */
class OfficialReader extends OpenAIRealtimeWebSocket {
  readonly #told = new Set<unknown>();

  constructor() {
    super();
    this.emit = (...[type]: readonly unknown[]) => Boolean(this.#told.add(type));
  }

  /** It answers some events; here nobody would hear it. */
  override sendEvent(): void {}

  /** Whether an event of Realtime was understood. */
  understands(event: { readonly type: string }): boolean {
    this.#told.clear();
    this["_onMessage"]({ data: JSON.stringify(event) } as MessageEvent);
    return this.#told.has(event.type);
  }
}

test("OpenAI's agents SDK understands every event of a recorded run", async () => {
  const simulator = await startSimulator({ media: "none", wordsPerSecond: 50, script });
  onTestFinished(() => simulator.close());
  const form = new FormData();
  form.set("sdp", audioOffer);
  form.set("session", JSON.stringify(session));
  const headers = { authorization: "Bearer sk-test-key" };
  const created = await fetch(`${simulator.baseUrl}/realtime/calls`, { method: "POST", headers, body: form });
  const callId = created.headers.get("location")?.split("/").at(-1) ?? "";
  const sideband = new WebSocket(`${simulator.baseUrl.replace("http", "ws")}/realtime?call_id=${callId}`, { headers });
  await once(sideband, "open");

  sideband.send(JSON.stringify({ type: "response.create" }));
  await simulator.waitFor(({ type }) => type === "response.function_call_arguments.done", { timeoutMs: 30_000 });
  for (const event of CLIENT_EVENTS) sideband.send(JSON.stringify(event));
  await simulator.waitFor(({ type }) => type === "error");

  const events = simulator.calls().flatMap((call) => call.events.filter(({ direction }) => direction === "server"));
  const reader = new OfficialReader();
  expect(reader.understands({ type: "response.done" }), "an event that lacks all that it should have").toBe(false);
  expect(events.filter(({ event }) => !reader.understands(event as { type: string }))).toEqual([]);
  expect(new Set(events.map(({ type }) => type)).size, "types of events").toBeGreaterThanOrEqual(29);
});
