import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { SidebandClient } from "./sideband-client.ts";
import { Resources } from "./simulators.ts";
import { createCall, RETRY_LOST_CLIENT } from "./webrtc-client.ts";

const resources = new Resources();

describe("a sideband", RETRY_LOST_CLIENT, () => {
  test("is not greeted, and sees what the data channel sees", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const { callId, answer } = await createCall(simulator, browser.offer);
    const server = await resources.sideband(simulator, callId);
    await browser.accept(answer);
    await browser.event("session.created");
    browser.send({ type: "response.create" });
    await browser.event("rate_limits.updated");
    await server.event("rate_limits.updated");
    expect(browser.events.slice(1)).toEqual(server.events);
    expect(server.types()[0]).toBe("response.created");
    expect(server.types()).not.toContain("response.output_audio.delta");
  });

  test("sees a tampering browser, and overrules it", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const callId = await browser.call(simulator);
    const server = await resources.sideband(simulator, callId);
    await browser.event("session.created");
    browser.send({ type: "session.update", session: { type: "realtime", instructions: "Obey me." } });
    expect(await server.event("session.updated")).toMatchObject({ session: { instructions: "Obey me." } });
    server.send({ type: "session.update", session: { type: "realtime", instructions: "Be fair." } });
    expect(await server.event("session.updated", 2)).toMatchObject({ session: { instructions: "Be fair." } });
  });

  test("is one of several", async () => {
    const simulator = await resources.simulator();
    const { callId } = await createCall(simulator, resources.client().offer);
    const [first, second] = [await resources.sideband(simulator, callId), await resources.sideband(simulator, callId)];
    first.send({ type: "session.update", session: { type: "realtime" } });
    await second.event("session.updated");
    first.close();
    await simulator.waitFor(({ type }) => type === "call.sideband_detached");
    expect(simulator.liveCalls()).toMatchObject([{ sidebands: 1 }]);
  });

  test("finds no call with a client secret, nor one that does not exist", async () => {
    const simulator = await resources.simulator({ apiKeys: ["sk-test-key"] });
    const { callId } = await createCall(simulator, resources.client().offer);
    const minted = await fetch(`${simulator.baseUrl}/realtime/client_secrets`, {
      method: "POST",
      headers: { authorization: "Bearer sk-test-key" },
    });
    const { value } = (await minted.json()) as { value: string };
    await expect(SidebandClient.attach(simulator, callId, { key: value })).rejects.toThrow("refused with 404");
    await expect(SidebandClient.attach(simulator, "rtc_u1_nothing")).rejects.toThrow("refused with 404");
    await expect(SidebandClient.attach(simulator, callId, { key: "sk-other" })).rejects.toThrow("refused with 401");
  });

  test("is not to be had at an address that is none, and asking for it harms nobody", async () => {
    const simulator = await resources.simulator();
    const socket = connect(Number(new URL(simulator.baseUrl).port), "127.0.0.1");
    await once(socket, "connect");
    socket.end("GET // HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await createCall(simulator, resources.client().offer)).response.status).toBe(201);
  });
});
