import { once } from "node:events";
import { ConflictError, NotFoundError, OpenAI } from "openai";
import { LiveDataChannel } from "openai/live/webrtc";
import { SidebandWS } from "openai/resources/live/sideband/ws";
import type { SidebandServerEvent } from "openai/resources/live/sideband/sideband";
import { describe, expect, test } from "vitest";
import { OFFER } from "./plain-offer.ts";
import { Resources } from "./simulators.ts";

const resources = new Resources();

async function officialClient(options: Parameters<Resources["simulator"]>[0] = {}) {
  const simulator = await resources.simulator({
    media: "none",
    wordsPerSecond: 50,
    apiKeys: ["sk-test-key"],
    ...options,
  });
  return { simulator, client: new OpenAI({ baseURL: simulator.baseUrl, apiKey: "sk-test-key", maxRetries: 0 }) };
}

describe("OpenAI's own client", () => {
  test("creates a session, holds a sideband to it and closes it", async () => {
    const { client } = await officialClient();
    const { session, transport } = await client.live.create({
      session: { model: "gpt-live-1", instructions: "Be kind." },
      transport: { type: "webrtc", sdp: OFFER },
    });
    expect(transport).toMatchObject({ type: "webrtc" });
    const sideband = new SidebandWS(client, { session_id: session.id, graceful_close: true });
    const events: SidebandServerEvent[] = [];
    const greeted = new Promise<void>((resolve) => {
      sideband.on("event", (event) => {
        events.push(event);
        if (event.type === "session.output_transcript.delta") {
          resolve();
        }
      });
    });
    await once(sideband.socket.platformSocket, "open");
    sideband.send({ type: "session.instructions.append", content: "Greet.", delegation_id: null });
    await greeted;
    sideband.send({ type: "session.close" });
    await once(sideband.socket.platformSocket, "close");
    expect(events[0]).toMatchObject({ type: "session.started", session: { id: session.id } });
    expect(events.at(-1)).toMatchObject({ type: "session.closed", reason: "close_requested" });
  });

  test("reads what comes over a data channel", async () => {
    const { simulator, client } = await officialClient();
    await client.live.create({ session: { model: "gpt-live-1" }, transport: { type: "webrtc", sdp: OFFER } });
    const [report] = simulator.liveCalls();
    const sideband = await resources.sideband(simulator, report?.id ?? "");
    sideband.send({ type: "session.instructions.append", content: "Greet.", delegation_id: null });
    await sideband.event("session.output_transcript.delta", 5);
    sideband.send({ type: "session.instructions.append", content: "", delegation_id: null });
    await sideband.event("error");
    sideband.send({ type: "session.close" });
    await sideband.closed;
    const wire = Object.assign(new EventTarget(), {
      readyState: "open" as const,
      send: () => undefined,
      close: () => undefined,
    });
    const channel = new LiveDataChannel(wire);
    const [read, failed]: [string[], string[]] = [[], []];
    channel.onEvent(({ type }) => read.push(type));
    channel.onConnectionEvent(({ type }) => failed.push(type));
    for (const event of sideband.events) {
      wire.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(event) }));
    }
    expect(read).toEqual(sideband.types());
    expect(failed).toEqual([]);
  });

  test("hangs up, where that works, and has its errors", async () => {
    const { client } = await officialClient({ liveHangup: true });
    const { session } = await client.live.create({
      session: { model: "gpt-live-1" },
      transport: { type: "webrtc", sdp: OFFER },
    });
    await client.live.sessions.hangup(session.id);
    await expect(client.live.sessions.hangup(session.id)).rejects.toBeInstanceOf(NotFoundError);
    const fork = client.live.sessions.fork(session.id, { transport: { type: "webrtc", sdp: OFFER } });
    await expect(fork).rejects.toBeInstanceOf(ConflictError);
    await expect(client.live.sessions.downloadRecording("live_u1_nothing")).rejects.toBeInstanceOf(NotFoundError);
  });
});
