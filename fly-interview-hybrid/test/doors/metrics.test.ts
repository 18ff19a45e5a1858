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
      "interview_sessions 1",
      'interview_calls_total{state="live"} 1',
      "interview_records_up 1",
      "interview_writes_waiting 0",
      "interview_unreadable_frames_total 0",
    ])
      expect(running.text.split("\n")).toContain(line);

    const headers = { authorization: `Bearer ${resumeToken}` };
    await proxy.fetch(`/api/sessions/${sessionId}`, { method: "DELETE", headers });
    const { text } = await proxy.fetch("/metrics");
    expect(text.split("\n")).toContain("interview_sessions 0");
    expect(text.split("\n")).toContain('interview_sessions_ended_total{reason="deleted"} 1');
    for (const name of ["zoe-of-the-test", sessionId]) expect(text).not.toContain(name);
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
