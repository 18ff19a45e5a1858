import { describe, expect, test } from "vitest";
import { createMetricsServer } from "../../src/doors/http/metrics.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import { audioOffer } from "../sample-sdp.ts";
import { startProxy, tokenFor } from "./start-proxy.ts";

describe("metrics", () => {
  test("say what runs here and what can be reached, and name nobody", async () => {
    const proxy = await startProxy();
    const { json } = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenFor("zoe-of-the-test")}`, "content-type": "application/json" },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    const { sessionId, resumeToken } = json as { sessionId: string; resumeToken: string };
    const running = await proxy.fetch("/metrics");
    expect(running.headers.get("content-type")).toContain("version=0.0.4");
    for (const line of [
      'interview_sessions{state="live",tenant="default",upstream="openai-realtime"} 1',
      'interview_connects_total{outcome="ok"} 1',
      "interview_connect_seconds_count 1",
      'interview_connect_stage_seconds_count{stage="auth"} 1',
      'interview_connect_stage_seconds_count{stage="upstream"} 1',
      'interview_upstream_requests_total{upstream="openai-realtime",operation="create",code="ok"} 1',
      'interview_upstream_unreachable_servers{upstream="openai-realtime"} 0',
      'interview_calls_total{state="live"} 1',
      "interview_records_up 1",
      "interview_writes_waiting 0",
      "interview_unreadable_frames_total 0",
    ])
      expect(running.text.split("\n")).toContain(line);

    const headers = { authorization: `Bearer ${resumeToken}` };
    await proxy.fetch(`/api/sessions/${sessionId}`, { method: "DELETE", headers });
    const { text } = await proxy.fetch("/metrics");
    expect(text).not.toContain('interview_sessions{state="live"');
    expect(text.split("\n")).toContain('interview_sessions_ended_total{reason="deleted"} 1');
    for (const name of ["zoe-of-the-test", sessionId, "alloy"]) expect(text).not.toContain(name);
    // Every kind of write has its name among the declared ones.
    expect(text).not.toMatch(/="other"\} [1-9]/);
  });

  test("tell connects that the service is to blame for from those that it is not", async () => {
    const proxy = await startProxy();
    const socket = await proxy.connectAs("ada");
    socket.send({ type: "init" });
    await socket.next("initialized");
    socket.send({ type: "sdp_offer", offer: "v=0" });
    await socket.next("error");
    proxy.simulator.injectFault({ kind: "http", status: 401 });
    socket.send({ type: "sdp_offer", offer: audioOffer });
    await socket.next("error");
    const stranger = proxy.connect("/", ["bearer", "nothing"]);
    await stranger.closed;
    const { text } = await proxy.fetch("/metrics");
    for (const line of [
      'interview_connects_total{outcome="refused"} 2',
      'interview_connects_total{outcome="failed"} 1',
      'interview_connect_errors_total{code="UPSTREAM_UNAUTHORIZED"} 1',
      'interview_upstream_requests_total{upstream="openai-realtime",operation="create",code="UPSTREAM_UNAUTHORIZED"} 1',
      'interview_connect_errors_total{code="SDP_INVALID"} 1',
      'interview_connect_errors_total{code="UNAUTHENTICATED"} 1',
      "interview_connect_seconds_count 0",
    ])
      expect(text.split("\n")).toContain(line);
  });

  test("are for this machine: not for whom a reverse proxy on it speaks, nor for another address", async () => {
    const proxy = await startProxy();
    for (const headers of [{ "x-forwarded-for": "127.0.0.1" }, { forwarded: "for=127.0.0.1" }])
      expect((await proxy.fetch("/metrics", { headers })).status).toBe(404);
    const elsewhere = await proxy.app.server.inject({ url: "/metrics", remoteAddress: "10.0.0.7" });
    expect(elsewhere.statusCode).toBe(404);
  });

  test("have a server of their own where a port is set for them", async () => {
    const server = createMetricsServer(new Metrics());
    const { statusCode, body } = await server.inject("/metrics");
    expect(statusCode).toBe(200);
    expect(body).toContain("process_resident_memory_bytes");
    expect((await server.inject("/healthz")).statusCode).toBe(404);
  });
});
