import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import { systemClock } from "../../src/clock.ts";
import { attachSideband } from "../../src/upstreams/openai-realtime/sideband.ts";
import type { Sideband } from "../../src/upstreams/upstream.ts";

interface Attached {
  readonly sideband: Sideband;
  /** The provider's end. */
  readonly provider: WebSocket;
  readonly events: readonly CallEvent[];
  /** Fulfilled when so many events have come. */
  readonly count: (events: number) => Promise<void>;
}

async function attach(): Promise<Attached> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const connection = once(server, "connection");
  const events: CallEvent[] = [];
  let look = (): void => undefined;
  const result = await attachSideband(
    { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: "sk-test", keyHeader: "bearer", callId: "rtc_1" },
    systemClock,
    (event) => {
      events.push(event);
      look();
    },
  );
  if (!result.ok) throw new Error("The sideband was not attached.");
  const [provider] = (await connection) as [WebSocket];
  const count = (wanted: number): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (events.length >= wanted) resolve();
      };
      look();
    });
  return { sideband: result.sideband, provider, events, count };
}

function retrieved(id: string, audioBytes: number): string {
  const content = [{ type: "input_audio", transcript: "Yes.", audio: "A".repeat(audioBytes) }];
  return JSON.stringify({
    type: "conversation.item.retrieved",
    item: { id, type: "message", role: "user", status: "completed", content },
  });
}

test("an item is asked for under a name by which a refusal is known", async () => {
  const { sideband, provider, count, events } = await attach();
  const message = once(provider, "message");
  sideband.retrieve("item_1");
  const sent = JSON.parse(String((await message)[0])) as { type: string; event_id: string; item_id: string };
  expect(sent).toMatchObject({ type: "conversation.item.retrieve", item_id: "item_1" });
  provider.send(JSON.stringify({ type: "error", error: { code: "gone", event_id: sent.event_id } }));
  await count(1);
  expect(events).toEqual([{ type: "not_retrieved", itemId: "item_1" }]);
});

test("an answer to somebody else's question is passed over", async () => {
  const { sideband, provider, count, events } = await attach();
  const error = { code: "gone", event_id: "proxy_retrieve:item_1" };
  for (const text of [retrieved("item_1", 1), JSON.stringify({ type: "error", error })]) provider.send(text);
  sideband.retrieve("item_2");
  provider.send(retrieved("item_2", 1));
  await count(1);
  expect(events).toMatchObject([{ type: "retrieved", item: { id: "item_2" } }]);
});

test("a frame of more than 1 MiB is read where an item was asked for, and dropped and counted elsewhere", async () => {
  const { sideband, provider, count, events } = await attach();
  provider.send(retrieved("item_1", 1024 * 1024));
  await count(1);
  sideband.retrieve("item_1");
  provider.send(retrieved("item_1", 3 * 1024 * 1024));
  await count(2);
  provider.send(retrieved("item_1", 1024 * 1024));
  await count(3);
  expect(events.map(({ type }) => type)).toEqual(["unreadable", "retrieved", "unreadable"]);
});

test("a frame beyond all measure ends the connection and nothing else", async () => {
  const { sideband, provider, events } = await attach();
  provider.send(Buffer.alloc(17 * 1024 * 1024, "x"));
  await sideband.closed;
  expect(events).toEqual([]);
});

test("a session too large to be read shows as drift all the same", async () => {
  const { provider, count, events } = await attach();
  const session = { type: "realtime", instructions: "Praise. ".repeat(200_000) };
  provider.send(JSON.stringify({ type: "session.updated", event_id: "event_1", session }));
  await count(1);
  expect(events).toEqual([{ type: "drifted", digest: expect.any(String) }]);
});

test("what the candidate types cuts in, becomes an utterance of the candidate's, and is answered on our behalf", async () => {
  const { sideband, provider, count, events } = await attach();
  const types: string[] = [];
  provider.on("message", (data) => {
    const { type, item, response } = JSON.parse((data as Buffer).toString("utf8")) as {
      type: string;
      item?: object;
      response?: object;
    };
    types.push(type);
    const added = { type: "conversation.item.added", previous_item_id: "item_1", item: { ...item, id: "item_2" } };
    if (type === "conversation.item.create") provider.send(JSON.stringify(added));
    if (type === "response.create") provider.send(JSON.stringify({ type: "response.created", response }));
  });
  sideband.say("I am Ada.");
  await count(2);
  expect(types).toEqual([
    "response.cancel",
    "output_audio_buffer.clear",
    "conversation.item.create",
    "response.create",
  ]);
  const item = { id: "item_2", speaker: "candidate", text: "I am Ada.", spoken: false, status: "complete" };
  expect(events).toEqual([
    { type: "item", item, previousId: "item_1" },
    { type: "response_begun", ours: true },
  ]);
});

test("what the proxy itself says is known as its own when it comes back", async () => {
  const { sideband, provider, count, events } = await attach();
  provider.on("message", (data) => {
    const { type, item, response } = JSON.parse((data as Buffer).toString("utf8")) as {
      type: string;
      item?: object;
      response?: object;
    };
    if (type === "conversation.item.create") provider.send(JSON.stringify({ type: "conversation.item.added", item }));
    if (type === "response.create") provider.send(JSON.stringify({ type: "response.created", response }));
  });
  sideband.instruct("Wrap up.");
  sideband.greet();
  sideband.speak("Say goodbye.");
  sideband.answerTool("call_1", "Noted.", true);
  await count(5);
  const begun = { type: "response_begun", ours: true };
  expect(events).toMatchObject([{ type: "item" }, begun, begun, { type: "item" }, begun]);
});
