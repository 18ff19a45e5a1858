import { sdpExchangeResponseSchema } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { ENDED_BY_PROXY, expectNoCallLeft } from "./provider-log.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

const SERVICE = "service-token-of-the-platform-0123456789";

type Exchanged = ReturnType<typeof sdpExchangeResponseSchema.parse>;

async function exchange(proxy: ProxyUnderTest, person = "ada", body: object = {}): Promise<Exchanged> {
  const response = await proxy.fetch("/api/sdp-exchange", {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenFor(person)}`, "content-type": "application/json" },
    body: JSON.stringify({ sdpOffer: audioOffer, ...body }),
  });
  expect(response.status).toBe(200);
  return sdpExchangeResponseSchema.parse(response.json);
}

async function remove(proxy: ProxyUnderTest, id: string, bearer: string): Promise<number> {
  const response = await proxy.fetch(`/api/sessions/${id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${bearer}` },
  });
  return response.status;
}

describe("a call over HTTP alone", () => {
  test("is made by /api/sdp-exchange and ended by its resume token, again and again", async () => {
    const proxy = await startProxy();
    const { sessionId, sdpAnswer, callId, resumeToken, deadline } = await exchange(proxy, "ada", {
      sessionId: "mine",
      aiPersona: "cedar",
    });
    expect(sessionId).toMatch(/^ses_/);
    expect(callId).toMatch(/^call_/);
    expect(sdpAnswer.startsWith("v=0\r\n")).toBe(true);
    expect(Date.parse(deadline)).toBeGreaterThan(Date.now());
    expect(proxy.simulator.liveCalls()).toHaveLength(1);

    expect(await remove(proxy, sessionId, resumeToken)).toBe(204);
    await expectNoCallLeft(proxy.simulator);
    expect(await remove(proxy, sessionId, resumeToken)).toBe(204);
  });

  test("the owner and the backend's service token may end it, a stranger may not", async () => {
    const proxy = await startProxy({ settings: { SERVICE_TOKEN: SERVICE } });
    const first = await exchange(proxy);
    expect(await remove(proxy, first.sessionId, await tokenFor("eve"))).toBe(403);
    expect(await remove(proxy, first.sessionId, await tokenFor("ada"))).toBe(204);
    const second = await exchange(proxy);
    expect(await remove(proxy, second.sessionId, first.resumeToken)).toBe(403);
    expect(await remove(proxy, second.sessionId, SERVICE)).toBe(204);
    await expectNoCallLeft(proxy.simulator);
  });

  test("the resume token of each reply makes the session's next call, also where the simulation was asked for", async () => {
    const proxy = await startProxy({ settings: { ALLOW_SIMULATION: "true" } });
    const next = async (bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify({ sdpOffer: audioOffer }) };
      const { status, json } = await proxy.fetch("/api/sdp-exchange?simulation=true", init);
      return status === 200 ? sdpExchangeResponseSchema.parse(json) : status;
    };
    const first = await exchange(proxy);
    const second = await next(first.resumeToken);
    if (typeof second === "number") throw new Error(`The second call was answered with ${second}.`);
    expect([second.sessionId, second.callId === first.callId]).toEqual([first.sessionId, false]);
    await proxy.simulator.waitFor(({ type }) => type === "call.ended");
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
    expect(await next(second.resumeToken)).toMatchObject({ sessionId: first.sessionId });
    expect(await next(first.resumeToken), "spent by the use of its successor").toBe(401);
    expect(await remove(proxy, first.sessionId, second.resumeToken)).toBe(204);
  });

  test("a client that goes before it has its reply leaves no call", async () => {
    const proxy = await startProxy();
    proxy.simulator.injectFault({ kind: "late_answer", ms: 300 });
    const leaving = new AbortController();
    const request = proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenFor("ada")}`, "content-type": "application/json" },
      body: JSON.stringify({ sdpOffer: audioOffer }),
      signal: leaving.signal,
    });
    await proxy.simulator.waitFor((event) => event.type === "call.created");
    leaving.abort();
    await expect(request).rejects.toThrow("aborted");
    await proxy.simulator.waitFor((event) => event.type === "call.ended");
    expect(proxy.simulator.calls()).toMatchObject([{ endReason: ENDED_BY_PROXY }]);
  });

  test("what the provider is asked for is the plan, under a name that tells nothing of the person", async () => {
    const proxy = await startProxy();
    await exchange(proxy, "ada@example.org", { aiPersona: "cedar" });
    const [call] = proxy.simulator.liveCalls();
    expect(call?.request).toMatchObject({
      form: asOnRealtime("a new call") ? "multipart" : "json",
      offerSdp: audioOffer,
      session: { audio: { output: { voice: "cedar" } } },
    });
    expect(call?.safetyIdentifier).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("who may use the API", () => {
  test("nobody without a token; nor with the simulation parameter where it does not count", async () => {
    const proxy = await startProxy();
    const body = JSON.stringify({ sdpOffer: audioOffer });
    for (const path of ["/api/sdp-exchange", "/api/sdp-exchange?simulation=true"]) {
      const response = await proxy.fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect(response).toMatchObject({ status: 401, json: { error: { code: "UNAUTHENTICATED" } } });
    }
    expect((await proxy.fetch("/api/sessions/x?simulation=true", { method: "DELETE" })).status).toBe(401);
  });

  test("a visitor by ?simulation=true, whose call the simulator holds and whose token ends it", async () => {
    const proxy = await startProxy({ settings: { ALLOW_SIMULATION: "true" } });
    const response = await proxy.fetch("/api/sdp-exchange?simulation=true", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    const { sessionId, resumeToken } = sdpExchangeResponseSchema.parse(response.json);
    expect(proxy.simulator.calls()).toEqual([]);
    expect(await remove(proxy, sessionId, resumeToken)).toBe(204);
  });

  test("visitors, who are new persons each time, are counted by their address", async () => {
    const proxy = await startProxy({ settings: { ALLOW_SIMULATION: "true", CALLS_PER_MINUTE: "1" } });
    const visit = (): ReturnType<ProxyUnderTest["fetch"]> =>
      proxy.fetch("/api/sdp-exchange?simulation=true", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ sdpOffer: audioOffer }),
      });
    expect((await visit()).status).toBe(200);
    expect(await visit()).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
  });

  test("the backend's token may not hold an interview itself", async () => {
    const proxy = await startProxy({ settings: { SERVICE_TOKEN: SERVICE } });
    const response = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${SERVICE}`, "content-type": "application/json" },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    expect(response).toMatchObject({ status: 403, json: { error: { code: "FORBIDDEN" } } });
  });

  test("too many requests from one address", async () => {
    const proxy = await startProxy({ settings: { CONNECTIONS_PER_MINUTE: "1" } });
    await proxy.fetch("/api/sessions/x", { method: "DELETE" });
    const response = await proxy.fetch("/api/sessions/x", { method: "DELETE" });
    expect(response).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("pages of other origins", () => {
  test("an allowed one gets its preflight and may read the reply; another is refused", async () => {
    const proxy = await startProxy({ settings: { ALLOWED_ORIGINS: "https://jobs.example" } });
    const preflight = await proxy.fetch("/api/sdp-exchange", {
      method: "OPTIONS",
      headers: {
        origin: "https://jobs.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://jobs.example");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");

    const foreign = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: {
        origin: "https://evil.example",
        authorization: `Bearer ${await tokenFor("ada")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    expect(foreign).toMatchObject({ status: 403, json: { error: { code: "ORIGIN_NOT_ALLOWED" } } });
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("health and headers", () => {
  test("alive, ready, and not ready any more while closing", async () => {
    const proxy = await startProxy();
    expect(await proxy.fetch("/healthz")).toMatchObject({ status: 200, json: { status: "ok" } });
    expect(await proxy.fetch("/readyz")).toMatchObject({ status: 200, json: { status: "ready" } });
    const closing = proxy.app.close();
    expect((await proxy.app.server.inject("/readyz")).statusCode).toBe(503);
    await closing;
  });

  test("every reply carries helmet's headers, with a policy that allows no foreign script", async () => {
    const proxy = await startProxy();
    const { headers } = await proxy.fetch("/healthz");
    expect(headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  test("the operators' page may talk to its own server alone, and be framed by nobody", async () => {
    const { headers } = await (await startProxy()).fetch("/ops");
    const policy = headers.get("content-security-policy")?.split(";");
    expect(policy).toEqual(
      expect.arrayContaining(["connect-src 'self'", "frame-ancestors 'none'", "script-src 'self'"]),
    );
    expect(String(policy)).not.toContain("unsafe");
  });

  test.each(["/", "/simple-webrtc-test", "/interview?invitation=x", "/ops"])("%s is a page", async (path) => {
    const proxy = await startProxy();
    const { status, headers, text } = await proxy.fetch(path);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/html");
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(text).toContain('<div id="root">');
  });
});
