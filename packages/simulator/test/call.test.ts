import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readOggOpus } from "../src/audio/ogg-opus.ts";
import { Resources } from "./simulators.ts";
import { createCall, RETRY_LOST_CLIENT } from "./webrtc-client.ts";

const resources = new Resources();

const LOUD = 20;
const SILENT = 127;

const clip = (name: string) => readFile(new URL(`../assets/${name}`, import.meta.url)).then(readOggOpus);

describe("a call", RETRY_LOST_CLIENT, () => {
  test.each(["active", "passive"] as const)("goes both ways with the DTLS role %s", async (dtlsRole) => {
    const simulator = await resources.simulator({ dtlsRole });
    const browser = resources.client();
    const callId = await browser.call(simulator);
    const server = await resources.sideband(simulator, callId);
    server.send({ type: "response.create" });
    await browser.speech();
    browser.talk(LOUD);
    await server.event("input_audio_buffer.speech_started");
    browser.talk(SILENT);
    await server.event("response.done", 2);
    expect(simulator.liveCalls()).toMatchObject([{ id: callId, state: "connected", speechSegments: 1, sidebands: 1 }]);
    expect(browser.connection.remoteDescription()?.sdp).toContain(`a=setup:${dtlsRole}`);
  });

  test("is an interview: the second question follows the answer", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    await browser.call(simulator);
    await browser.event("session.created");
    browser.send({ type: "response.create" });
    await browser.event("response.done");
    browser.talk(LOUD);
    await browser.event("output_audio_buffer.cleared");
    browser.talk(SILENT);
    const asked = "response.output_audio_transcript.done";
    expect((await browser.event(asked, 1))["transcript"]).toMatch(/^Hello, and welcome/);
    expect((await browser.event(asked, 2))["transcript"]).toMatch(/^Thank you\. Which piece of work/);
  });

  test("never speaks unprompted: comfort silence only, without a gap", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    await browser.call(simulator);
    await browser.packetCount(20);
    expect(new Set(browser.packets.map(({ payload }) => payload.toString("hex")))).toEqual(new Set(["f8fffe"]));
    const [first] = browser.packets;
    const gaps = browser.packets.filter(
      ({ sequence, timestamp }, index) =>
        sequence !== (((first?.sequence ?? 0) + index) & 0xffff) ||
        timestamp !== ((first?.timestamp ?? 0) + 960 * index) >>> 0,
    );
    expect(gaps).toEqual([]);
  });

  test("speaks a response made before it was connected from its first syllable on, with its first packet", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const { callId, answer } = await createCall(simulator, browser.offer);
    const server = await resources.sideband(simulator, callId);
    server.send({ type: "response.create" });
    await server.event("response.done");
    expect(server.types()).not.toContain("output_audio_buffer.started");
    await browser.accept(answer);
    await server.event("output_audio_buffer.started");
    const spoken = await clip("default-interview-1.opus");
    await browser.packetCount(50);
    expect(browser.packets.slice(0, 50).map(({ payload }) => payload.toString("hex"))).toEqual(
      spoken.slice(0, 50).map((packet) => Buffer.from(packet).toString("hex")),
    );
  });

  test("keeps the payload type of the offer", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client({ payloadType: 96 });
    await browser.call(simulator);
    await browser.packetCount(1);
    expect(browser.packets[0]?.payloadType).toBe(96);
  });

  test("works without a data channel", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client({ dataChannel: "none" });
    const callId = await browser.call(simulator);
    expect(browser.connection.remoteDescription()?.sdp).toMatch(/^a=group:BUNDLE 0\r$/m);
    const server = await resources.sideband(simulator, callId);
    server.send({ type: "response.create" });
    await browser.speech();
  });

  test.each([
    ["offered on its own", (offer: string) => offer],
    [
      "bundled only",
      (offer: string) => offer.replace(/m=application \d+(.*\r\n)/, "m=application 0$1a=bundle-only\r\n"),
    ],
  ])("works with a channel that both sides know beforehand, %s", async (_name, rewrite) => {
    const simulator = await resources.simulator();
    const browser = resources.client({ dataChannel: "negotiated" });
    const response = await fetch(`${simulator.baseUrl}/realtime/calls?dcid=7`, {
      method: "POST",
      headers: { authorization: "Bearer sk-test-key", "content-type": "application/sdp" },
      body: rewrite(browser.offer),
    });
    await browser.accept(await response.text());
    await browser.event("session.created");
    expect(simulator.liveCalls()).toMatchObject([{ request: { form: "raw_project_key", dataChannelId: 7 } }]);
  });

  test("hears a client that states no levels, by decoding", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client({ levels: false });
    await browser.call(simulator);
    await browser.event("session.created");
    const speech = await clip("default-interview-2.opus");
    let next = 0;
    browser.talk(SILENT, () => speech[next++ % speech.length] ?? Uint8Array.of());
    await browser.event("input_audio_buffer.speech_started");
    browser.talk(SILENT);
    await browser.event("input_audio_buffer.speech_stopped");
    expect(simulator.liveCalls()).toMatchObject([{ speechSegments: 1 }]);
  });

  test("takes silence from a client that stops sending", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    await browser.call(simulator);
    await browser.event("session.created");
    browser.talk(LOUD);
    await browser.event("input_audio_buffer.speech_started");
    browser.hush();
    await browser.event("input_audio_buffer.speech_stopped");
    expect(simulator.liveCalls()).toMatchObject([{ speechSegments: 1 }]);
  });

  test("the answer carries a stream, no end of candidates, and the loopback besides the host's address", async () => {
    const simulator = await resources.simulator();
    const { answer } = await createCall(simulator, resources.client().offer);
    expect(answer).toMatch(/^a=msid:realtimeapi audio\r$/m);
    expect(answer).toMatch(/^a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r$/m);
    expect(answer).toMatch(/^a=candidate:.* 127\.0\.0\.1 \d+ typ host\r$/m);
    expect(answer).not.toContain("end-of-candidates");
    expect(answer.endsWith("\r\n")).toBe(true);
  });
});

describe("the end of a call", RETRY_LOST_CLIENT, () => {
  test("comes when the client closes", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const callId = await browser.call(simulator);
    browser.close();
    await simulator.waitFor((event) => event.callId === callId && event.type === "call.ended");
    expect(simulator.liveCalls()).toEqual([]);
    expect(simulator.calls()).toMatchObject([{ id: callId, state: "ended", endReason: "peer_closed" }]);
  });

  test("comes not by a client secret: calls are their project's", async () => {
    const simulator = await resources.simulator();
    const { callId } = await createCall(simulator, resources.client().offer);
    const post = async (path: string, key: string) =>
      await fetch(`${simulator.baseUrl}/realtime/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}` },
      });
    const { value } = (await (await post("client_secrets", "sk-test-key")).json()) as { value: string };
    expect((await post(`calls/${callId}/hangup`, value)).status).toBe(404);
    expect(simulator.liveCalls()).toMatchObject([{ id: callId }]);
  });

  test("comes with a hangup, once, and closes the peer and every sideband", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const callId = await browser.call(simulator);
    const sidebands = [await resources.sideband(simulator, callId), await resources.sideband(simulator, callId)];
    const hangUp = () =>
      fetch(`${simulator.baseUrl}/realtime/calls/${callId}/hangup`, {
        method: "POST",
        headers: { authorization: "Bearer sk-test-key" },
      });
    const first = await hangUp();
    expect([first.status, first.headers.get("content-length")]).toEqual([200, "0"]);
    await browser.whenClosed();
    expect(await Promise.all(sidebands.map(({ closed }) => closed))).toEqual([1000, 1000]);
    const second = await hangUp();
    expect(second.status).toBe(404);
    expect(await second.json()).toMatchObject({ error: { code: "call_id_not_found", param: "" } });
  });

  test("comes with the simulator's, which leaves nothing behind", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const callId = await browser.call(simulator);
    const server = await resources.sideband(simulator, callId);
    server.send({ type: "response.create" });
    await browser.speech();
    const waiting = simulator.waitFor(({ type }) => type === "never").catch((error: Error) => error.message);
    await Promise.all([simulator.close(), simulator.close()]);
    expect(simulator.liveCalls()).toEqual([]);
    expect(simulator.calls()).toMatchObject([{ endReason: "simulator_closed" }]);
    expect(await waiting).toBe("the simulator was closed");
    await server.closed;
    await browser.whenClosed();
    await expect(fetch(simulator.baseUrl)).rejects.toThrow("fetch failed");
  });
});
