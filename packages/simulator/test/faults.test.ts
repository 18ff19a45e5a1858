import { type Fault, faultSchema } from "openai-voice-simulator";
import { describe, expect, test, vi } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { SidebandClient } from "./sideband-client.ts";
import { Resources } from "./simulators.ts";
import { createCall, RETRY_LOST_CLIENT } from "./webrtc-client.ts";

const resources = new Resources();

const byHeader = (fault: Fault) => ({ "x-simulator-fault": JSON.stringify(fault) });

describe("a create meets", () => {
  test.each([
    [401, "invalid_request_error", "invalid_api_key"],
    [403, "invalid_request_error", "forbidden"],
    [429, "requests", "rate_limit_exceeded"],
    [500, "server_error", null],
    [503, "server_error", null],
  ] as const)("%d in OpenAI's envelope", async (status, type, code) => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "http", status });
    const refused = await createCall(simulator, resources.client().offer);
    expect(refused.response.status).toBe(status);
    expect(JSON.parse(refused.answer)).toMatchObject({ error: { type, code, param: null } });
    expect(simulator.calls()).toEqual([]);
    const next = await createCall(simulator, resources.client().offer);
    expect(next.response.status).toBe(201);
  });

  test("401 with the ends of the key", async () => {
    const simulator = await resources.simulator();
    const { answer } = await createCall(
      simulator,
      resources.client().offer,
      undefined,
      byHeader({ kind: "http", status: 401 }),
    );
    expect(answer).toContain("Incorrect API key provided: sk-te***ey.");
    expect(answer).not.toContain("sk-test-key");
  });

  test("429 with a time to wait", async () => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "http", status: 429, retryAfterSeconds: 7 });
    const { response } = await createCall(simulator, resources.client().offer);
    expect(response.headers.get("retry-after")).toBe("7");
  });

  test("latency, then the call", async () => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "latency", ms: 150 });
    const before = performance.now();
    const { response } = await createCall(simulator, resources.client().offer);
    expect(response.status).toBe(201);
    expect(performance.now() - before).toBeGreaterThan(145);
  });

  test("a late answer, of a call that lives meanwhile, and after its client has left", async () => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "late_answer", ms: 3_600_000 });
    const leaving = new AbortController();
    const request = fetch(`${simulator.baseUrl}/realtime/calls`, {
      method: "POST",
      headers: { authorization: "Bearer k", "content-type": "application/sdp" },
      body: resources.client().offer,
      signal: leaving.signal,
    });
    const { callId } = await simulator.waitFor(({ type }) => type === "call.created");
    leaving.abort();
    await expect(request).rejects.toThrow("aborted");
    expect(simulator.liveCalls()).toMatchObject([{ id: callId }]);
  });

  test.each([
    [{}, 0],
    [{ afterCreate: true }, 1],
  ])("no answer while others get theirs %j", async (when, live) => {
    const simulator = await resources.simulator();
    const leaving = new AbortController();
    const hanging = fetch(`${simulator.baseUrl}/realtime/calls`, {
      method: "POST",
      headers: { authorization: "Bearer k", "content-type": "application/sdp", ...byHeader({ kind: "hang", ...when }) },
      body: resources.client().offer,
      signal: leaving.signal,
    });
    await createCall(simulator, resources.client().offer);
    await vi.waitFor(() => expect(simulator.liveCalls()).toHaveLength(1 + live));
    leaving.abort();
    await expect(hanging).rejects.toThrow("aborted");
  });

  test.each([
    [{}, 0],
    [{ afterCreate: true }, 1],
  ])("a torn connection %j", async (when, live) => {
    const simulator = await resources.simulator();
    const torn = createCall(simulator, resources.client().offer, undefined, byHeader({ kind: "reset", ...when }));
    await expect(torn).rejects.toThrow("fetch failed");
    expect(simulator.liveCalls()).toHaveLength(live);
  });

  test.each([
    ["empty", (body: string) => body === "", true],
    ["html", (body: string) => body.startsWith("<!DOCTYPE html>"), true],
    ["json", (body: string) => body.startsWith("{"), true],
    ["truncated", (body: string) => body.startsWith("v=0") && !body.includes("a=ice-pwd"), true],
    ["no_location", (body: string) => body.includes("a=ice-pwd"), false],
    ["bad_location", (body: string) => body.includes("a=ice-pwd"), true],
  ] as const)("an answer malformed as %s", async (form, isSo, hasLocation) => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "malformed_answer", form });
    const { response, answer } = await createCall(simulator, resources.client().offer);
    expect(response.status).toBe(201);
    expect(answer).toSatisfy(isSo);
    expect(response.headers.has("location")).toBe(hasLocation);
    expect(simulator.liveCalls()).toHaveLength(1);
  });
});

describe("a call meets", RETRY_LOST_CLIENT, () => {
  test("its end as soon as it is connected", async () => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "early_close" });
    const browser = resources.client();
    const { answer } = await createCall(simulator, browser.offer);
    browser.connection.setRemoteDescription(answer, "answer");
    await simulator.waitFor(({ type }) => type === "call.ended");
    expect(simulator.calls()).toMatchObject([{ endReason: "fault", packetsSent: 0 }]);
  });

  test("its end some time later", async () => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "drop_call", afterMs: 200 });
    const browser = resources.client();
    await browser.call(simulator);
    await browser.whenClosed();
    const [report] = simulator.calls();
    expect(report).toMatchObject({ endReason: "fault" });
    expect((report?.endedAt ?? 0) - (report?.connectedAt ?? 0)).toBeGreaterThanOrEqual(199);
  });

  test("its end while it is live, by name", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const callId = await browser.call(simulator);
    simulator.injectFault({ kind: "drop_call", afterMs: 0, callId });
    await browser.whenClosed();
    expect(simulator.liveCalls()).toEqual([]);
    expect(() => simulator.injectFault({ kind: "early_close", callId })).toThrow("No session found");
  });

  test("its limit while it is live, as after an hour", async () => {
    const simulator = await resources.simulator();
    const browser = resources.client();
    const callId = await browser.call(simulator);
    const server = await resources.sideband(simulator, callId);
    simulator.injectFault({ kind: "expire", afterMs: 0, callId });
    await server.event("error");
    expect(await server.closed).toBe(1001);
    await browser.whenClosed();
    expect(simulator.calls()).toMatchObject([{ endReason: "expired" }]);
  });

  test("silence: events without packets", async () => {
    const simulator = await resources.simulator();
    simulator.injectFault({ kind: "media_silence" });
    const browser = resources.client();
    const callId = await browser.call(simulator);
    const server = await resources.sideband(simulator, callId);
    server.send({ type: "response.create" });
    await server.event("output_audio_buffer.started");
    await server.event("response.done");
    expect(simulator.liveCalls()).toMatchObject([{ packetsSent: 0 }]);
    expect(browser.packets).toEqual([]);
  });

  test("a sideband refused for a while", async () => {
    const clock = new ManualClock();
    const simulator = await resources.simulator({ clock });
    simulator.injectFault({ kind: "sideband_404", forMs: 250 });
    const { callId } = await createCall(simulator, resources.client().offer);
    clock.advance(249);
    await expect(SidebandClient.attach(simulator, callId)).rejects.toThrow("refused with 404");
    clock.advance(1);
    await resources.sideband(simulator, callId);
  });

  test("a sideband refused for ever", async () => {
    const simulator = await resources.simulator();
    const { callId } = await createCall(
      simulator,
      resources.client().offer,
      undefined,
      byHeader({ kind: "sideband_404" }),
    );
    await expect(SidebandClient.attach(simulator, callId)).rejects.toThrow("refused with 404");
  });
});

describe("faults over HTTP", () => {
  test("are queued, each for one create", async () => {
    const simulator = await resources.simulator();
    const inject = (fault: object) =>
      fetch(simulator.baseUrl.replace("/v1", "/_simulator/faults"), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fault),
      });
    expect((await inject({ kind: "http", status: 503 })).status).toBe(204);
    expect((await inject({ kind: "http", status: 500 })).status).toBe(204);
    expect((await inject({ kind: "dance" })).status).toBe(400);
    expect((await inject({ kind: "early_close", callId: "rtc_u1_nothing" })).status).toBe(404);
    const { offer } = resources.client();
    const statuses = [];
    for (let i = 0; i < 3; i += 1) {
      statuses.push((await createCall(simulator, offer)).response.status);
    }
    expect(statuses).toEqual([503, 500, 201]);
  });

  test("are refused where the header is none", async () => {
    const simulator = await resources.simulator();
    const { response } = await createCall(simulator, resources.client().offer, undefined, { "x-simulator-fault": "{" });
    expect(response.status).toBe(400);
  });

  test("have one strict schema", () => {
    expect(faultSchema.safeParse({ kind: "latency", ms: -1 }).success).toBe(false);
    expect(faultSchema.safeParse({ kind: "http", status: 418 }).success).toBe(false);
    expect(faultSchema.safeParse({ kind: "hang", callId: "rtc_x" }).success).toBe(false);
  });
});
