import type { Simulator } from "openai-voice-simulator";
import { describe, expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { Resources } from "./simulators.ts";
import { createCall, RETRY_LOST_CLIENT } from "./webrtc-client.ts";

const resources = new Resources();

const PROJECT = { authorization: "Bearer sk-test-key" };

const postSdp = (simulator: Simulator, body: string, headers: Record<string, string> = PROJECT) =>
  fetch(`${simulator.baseUrl}/realtime/calls`, {
    method: "POST",
    headers: { "content-type": "application/sdp", ...headers },
    body,
  });

const mint = (simulator: Simulator, body: unknown, headers: Record<string, string> = PROJECT) =>
  fetch(`${simulator.baseUrl}/realtime/client_secrets`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

async function errorOf(response: Response): Promise<{ status: number; code: unknown; param: unknown }> {
  const { error } = (await response.json()) as { error: { code: unknown; param: unknown; message: string } };
  expect(error.message).not.toBe("");
  return { status: response.status, code: error.code, param: error.param };
}

describe("POST /v1/realtime/calls", RETRY_LOST_CLIENT, () => {
  test("answers as recorded", async () => {
    const simulator = await resources.simulator();
    const { response } = await createCall(simulator, resources.client().offer);
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      location: expect.stringMatching(/^\/v1\/realtime\/calls\/rtc_u1_[A-Za-z0-9]{32}$/) as unknown,
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "Location, X-Request-Id, CF-Ray",
      "timing-allow-origin": "*",
      "x-request-id": expect.stringMatching(/^req_/) as unknown,
    });
  });

  test.each([
    ["plain strings", (sdp: string, session: string): [string, string] | [Blob, Blob] => [sdp, session]],
    [
      "files",
      (sdp: string, session: string): [string, string] | [Blob, Blob] => [
        new Blob([sdp], { type: "application/sdp" }),
        new Blob([session], { type: "application/json" }),
      ],
    ],
  ])("takes multipart parts that are %s", async (_name, parts) => {
    const simulator = await resources.simulator();
    const { offer } = resources.client();
    const [sdp, session] = parts(offer, '{"type":"realtime","instructions":"A"}');
    const body = new FormData();
    body.set("sdp", sdp);
    body.set("session", session);
    const headers = { ...PROJECT, "openai-safety-identifier": "hashed" };
    const response = await fetch(`${simulator.baseUrl}/realtime/calls`, { method: "POST", headers, body });
    expect(response.status).toBe(201);
    expect(simulator.liveCalls()).toMatchObject([
      {
        safetyIdentifier: "hashed",
        request: { form: "multipart", session: { instructions: "A" }, offerSdp: offer },
      },
    ]);
  });

  test("takes typed parts without a file name, as the official SDKs send them", async () => {
    const simulator = await resources.simulator();
    const { offer } = resources.client();
    const part = (name: string, type: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n${value}\r\n`;
    const response = await fetch(`${simulator.baseUrl}/realtime/calls`, {
      method: "POST",
      headers: { ...PROJECT, "content-type": "multipart/form-data; boundary=b" },
      body: `${part("sdp", "application/sdp", offer)}${part("session", "application/json", '{"type":"realtime"}')}--b--\r\n`,
    });
    expect(response.status).toBe(201);
    expect(simulator.liveCalls()).toMatchObject([{ request: { offerSdp: offer } }]);
  });

  test("takes the offer alone, with a client secret that carries the session", async () => {
    const simulator = await resources.simulator();
    const session = { type: "realtime", instructions: "Secret." };
    const minted = await mint(simulator, { session }, { ...PROJECT, "openai-safety-identifier": "hashed" });
    const { value } = (await minted.json()) as { value: string };
    const browser = resources.client();
    const response = await postSdp(simulator, browser.offer, { authorization: `Bearer ${value}` });
    expect(response.status).toBe(201);
    expect(simulator.liveCalls()).toMatchObject([
      { safetyIdentifier: "hashed", request: { form: "raw_client_secret", session } },
    ]);
    await browser.accept(await response.text());
    expect(await browser.event("session.created")).toMatchObject({ session: { instructions: "Secret." } });
  });

  test("call and session share their suffix", async () => {
    const simulator = await resources.simulator();
    await createCall(simulator, resources.client().offer);
    const [report] = simulator.liveCalls();
    expect(report?.sessionId.replace("sess_", "rtc_")).toBe(report?.id);
  });

  test.each([
    ["no final line end", (offer: string) => offer.trimEnd()],
    ["no SDP", () => "hello\r\n"],
    ["nothing", () => ""],
    ["no audio", (offer: string) => offer.replace(/m=audio[\s\S]*?(?=m=application)/, "")],
    ["no opus", (offer: string) => offer.replaceAll("opus/48000/2", "G722/8000")],
    ["no ICE credentials", (offer: string) => offer.replace(/a=ice-.*\r\n/g, "")],
    ["no fingerprint", (offer: string) => offer.replace(/a=fingerprint.*\r\n/g, "")],
  ])("refuses an offer with %s", async (_name, spoil) => {
    const simulator = await resources.simulator();
    const response = await postSdp(simulator, spoil(resources.client().offer));
    expect(await errorOf(response)).toEqual({ status: 400, code: "invalid_offer", param: null });
    expect(simulator.liveCalls()).toEqual([]);
  });

  test.each([
    ["a missing type", {}, "missing_required_parameter", "session.type"],
    ["an unknown field", { type: "realtime", temperature: 1 }, "unknown_parameter", "session.temperature"],
    ["beta's flat fields", { type: "realtime", voice: "alloy" }, "unknown_parameter", "session.voice"],
  ])("refuses a session with %s", async (_name, session, code, param) => {
    const simulator = await resources.simulator();
    const { response, answer } = await createCall(simulator, resources.client().offer, session);
    expect(response.status).toBe(400);
    expect(JSON.parse(answer)).toMatchObject({ error: { type: "invalid_request_error", code, param } });
  });

  test("refuses a session that is no JSON, other content types, and what is too large", async () => {
    const simulator = await resources.simulator();
    const body = new FormData();
    body.set("sdp", resources.client().offer);
    body.set("session", "{");
    const post = (headers: Record<string, string>, sent: string | FormData) =>
      fetch(`${simulator.baseUrl}/realtime/calls`, { method: "POST", headers: { ...PROJECT, ...headers }, body: sent });
    expect(await errorOf(await post({}, body))).toMatchObject({ status: 400, code: "invalid_json" });
    expect(await errorOf(await post({ "content-type": "image/png" }, "x"))).toMatchObject({
      code: "unsupported_content_type",
    });
    const tooLarge = await post({ "content-type": "application/sdp" }, "x".repeat(2_000_000));
    expect([tooLarge.status, tooLarge.headers.get("access-control-allow-origin")]).toEqual([413, "*"]);
  });

  const DEEP = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  const part = (name: string, headers: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n${headers}\r\n${value}\r\n`;

  test.each([
    ["without an end", part("sdp", "", "v=0").slice(0, -4), "invalid_multipart"],
    ["of nothing", "--b--\r\n", "invalid_offer"],
    ["with an unknown part", `${part("model", "", "gpt-realtime")}--b--\r\n`, "unknown_parameter"],
    ["with a part named like a prototype", `${part("__proto__", "", "x")}--b--\r\n`, null],
    [
      "whose typed session is no JSON",
      `${part("session", "Content-Type: application/json\r\n", "{")}--b--\r\n`,
      "invalid_json",
    ],
    [
      "whose session is nested without end",
      `${part("session", "", `{"type":"realtime","tracing":{"metadata":${DEEP}}}`)}--b--\r\n`,
      "invalid_json",
    ],
  ])("refuses a multipart body %s", async (_name, body, code) => {
    const simulator = await resources.simulator();
    const headers = { ...PROJECT, "content-type": "multipart/form-data; boundary=b" };
    const response = await fetch(`${simulator.baseUrl}/realtime/calls`, { method: "POST", headers, body });
    expect(await errorOf(response)).toMatchObject({ status: 400, code });
  });

  test("refuses more calls than it may have", async () => {
    const simulator = await resources.simulator({ maxCalls: 1 });
    expect((await createCall(simulator, resources.client().offer)).response.status).toBe(201);
    expect((await createCall(simulator, resources.client().offer)).response.status).toBe(429);
  });

  test("lets browsers of any origin ask first, without a key", async () => {
    const simulator = await resources.simulator();
    const response = await fetch(`${simulator.baseUrl}/realtime/calls?dcid=7`, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:8080",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-openai-agents-sdk",
      },
    });
    expect(response.ok).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "authorization,content-type,x-openai-agents-sdk",
    });
  });
});

describe("keys", () => {
  test.each([
    ["no key", {}, null],
    ["another key", { authorization: "Bearer sk-other" }, "invalid_api_key"],
    ["a client secret minted elsewhere", { authorization: "Bearer ek_elsewhere" }, "invalid_api_key"],
  ] as [string, Record<string, string>, string | null][])("%s gets 401", async (_name, headers, code) => {
    const simulator = await resources.simulator({ apiKeys: ["sk-test-key"] });
    const response = await postSdp(simulator, resources.client().offer, headers);
    expect(await errorOf(response)).toEqual({ status: 401, code, param: null });
  });

  test("any project key will do where none is named, but no foreign client secret", async () => {
    const simulator = await resources.simulator();
    const { offer } = resources.client();
    expect((await postSdp(simulator, offer, { authorization: "Bearer anything" })).status).toBe(201);
    expect((await postSdp(simulator, offer, { authorization: "Bearer ek_elsewhere" })).status).toBe(401);
  });

  test("a client secret expires", async () => {
    const clock = new ManualClock();
    const simulator = await resources.simulator({ clock });
    const minted = await mint(simulator, { expires_after: { anchor: "created_at", seconds: 10 } });
    const { value, expires_at } = (await minted.json()) as { value: string; expires_at: number };
    expect(expires_at).toBe(clock.now() / 1000 + 10);
    const { offer } = resources.client();
    expect((await postSdp(simulator, offer, { authorization: `Bearer ${value}` })).status).toBe(201);
    clock.advance(10_000);
    expect((await postSdp(simulator, offer, { authorization: `Bearer ${value}` })).status).toBe(401);
  });
});

describe("POST /v1/realtime/client_secrets", () => {
  test("fills in the defaults, and promises no call", async () => {
    const simulator = await resources.simulator();
    const response = await mint(simulator, { session: { type: "realtime", model: "gpt-realtime-2.1" } });
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    expect(await response.json()).toMatchObject({
      value: expect.stringMatching(/^ek_/) as unknown,
      session: {
        id: expect.stringMatching(/^sess_[A-Za-z0-9]{21}$/) as unknown,
        object: "realtime.session",
        expires_at: 0,
        model: "gpt-realtime-2.1",
        audio: { input: { turn_detection: { silence_duration_ms: 500 } }, output: { voice: "marin" } },
      },
    });
  });

  test.each([
    ["an unknown field", { sesion: {} }, "unknown_parameter", "sesion"],
    ["too short a life", { expires_after: { seconds: 1 } }, "invalid_value", "expires_after.seconds"],
    ["a bad session", { session: { type: "live" } }, "invalid_value", "session.type"],
  ])("refuses %s", async (_name, body, code, param) => {
    const simulator = await resources.simulator();
    expect(await errorOf(await mint(simulator, body))).toEqual({ status: 400, code, param });
  });
});

describe("other routes", () => {
  test("the beta's get its 400", async () => {
    const simulator = await resources.simulator();
    const response = await fetch(`${simulator.baseUrl}/realtime?model=gpt-realtime`, {
      method: "POST",
      headers: { "content-type": "application/sdp" },
      body: resources.client().offer,
    });
    expect(await errorOf(response)).toMatchObject({ status: 400, code: "beta_api_shape_disabled" });
  });

  test("unknown ones get 404 in the envelope", async () => {
    const simulator = await resources.simulator();
    expect(await errorOf(await fetch(`${simulator.baseUrl}/models`))).toMatchObject({ status: 404 });
  });

  test("the inspection route shows the calls", async () => {
    const simulator = await resources.simulator();
    const { callId } = await createCall(simulator, resources.client().offer);
    const response = await fetch(simulator.baseUrl.replace("/v1", "/_simulator/calls"));
    expect(await response.json()).toMatchObject({
      calls: [{ id: callId, state: "connecting", packetsReceived: 0, events: [{ type: "call.created" }] }],
    });
  });
});
