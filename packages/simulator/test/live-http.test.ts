import { describe, expect, test } from "vitest";
import { createLive, liveRequest } from "./live-call.ts";
import { OFFER } from "./plain-offer.ts";
import { SidebandClient } from "./sideband-client.ts";
import { Resources } from "./simulators.ts";

const resources = new Resources();

/** No test of this file needs a client. */
const simulated = (options: Parameters<Resources["simulator"]>[0] = {}) =>
  resources.simulator({ media: "none", apiKeys: ["sk-test-key"], ...options });

const message = (role: string, content: object[]) => ({ role, content });

describe("POST /v1/live/sessions", () => {
  test("answers with the session's id and the SDP, and no Location", async () => {
    const simulator = await simulated();
    const { response, id, answer } = await createLive(simulator, OFFER, {
      voice: undefined,
      instructions: "Be kind.",
      safety_identifier: "hashed",
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(response.headers.has("location")).toBe(false);
    expect(id).toMatch(/^live_u1_[A-Za-z0-9]{32}$/);
    expect(answer).toContain("m=audio 9 UDP/TLS/RTP/SAVPF 109");
    expect(simulator.liveCalls()).toMatchObject([
      {
        api: "live",
        id,
        sessionId: id,
        safetyIdentifier: "hashed",
        request: { form: "json", session: { instructions: "Be kind." }, offerSdp: OFFER },
      },
    ]);
  });

  test("takes every field that the documentation has, voices and models of any name", async () => {
    const simulator = await simulated();
    const { response, body } = await createLive(simulator, OFFER, {
      model: "gpt-live-9",
      instructions: null,
      audio: { output: { voice: { id: "voice_1" } } },
      input: [
        message("developer", [{ type: "input_text", text: "The line was lost." }]),
        message("user", [{ text: "Hello." }]),
        message("assistant", [{ type: "output_text", text: "Hello." }]),
      ],
      delegation: {
        type: "responses",
        acknowledgement_delay_ms: 100,
        responses: {
          model: "gpt-5.4",
          instructions: "Look it up.",
          max_output_tokens: 100,
          parallel_tool_calls: true,
          reasoning: { effort: "low", summary: "auto" },
          service_tier: "priority",
          text: { verbosity: "low" },
          tool_choice: { type: "function", name: "note" },
          tools: [{ type: "function", name: "note", parameters: { type: "object" } }, { type: "web_search" }],
        },
      },
      triggers: [],
      client: { data_channel: { allowed_client_events: [], allowed_server_events: [{ type: "error" }] } },
      safety_identifier: null,
      store: true,
    });
    expect([response.status, body.slice(0, 12)]).toEqual([201, '{"session":{']);
  });

  const onlyError = [{ type: "error", response_event: "response.created" }];
  test.each([
    ["no model", { model: undefined }, "missing_required_parameter", "session.model"],
    ["an unknown field", { temperature: 1 }, "unknown_parameter", "session.temperature"],
    ["a Realtime field", { type: "realtime" }, "unknown_parameter", "session.type"],
    [
      "a format of the audio",
      { audio: { format: { type: "audio/pcm" } } },
      "unknown_parameter",
      "session.audio.format",
    ],
    ["129 messages", { input: Array(129).fill(message("user", [{ text: "x" }])) }, "invalid_value", "session.input"],
    ["too many words", { input: [message("user", [{ text: "x ".repeat(8193) }])] }, "invalid_value", "session.input"],
    [
      "two parts",
      { input: [message("user", [{ text: "x" }, { text: "y" }])] },
      "invalid_value",
      "session.input.0.content",
    ],
    ["instructions without end", { instructions: "x ".repeat(16_385) }, "invalid_value", "session.instructions"],
    [
      "a selector with too much",
      { client: { data_channel: { allowed_server_events: onlyError } } },
      "invalid_value",
      null,
    ],
  ])("refuses a session with %s", async (_name, session, code, param) => {
    const simulator = await simulated();
    const { response, body } = await createLive(simulator, OFFER, session);
    expect(response.status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      error: { type: "invalid_request_error", code, ...(param !== null && { param }) },
    });
    expect(simulator.liveCalls()).toEqual([]);
  });

  test("refuses an offer that is none, and a body that is no JSON", async () => {
    const simulator = await simulated();
    const bad = await createLive(simulator, "v=0\r\n");
    expect([bad.response.status, JSON.parse(bad.body)]).toMatchObject([400, { error: { code: "invalid_offer" } }]);
    const headers = { "content-type": "application/sdp" };
    expect((await createLive(simulator, OFFER, {}, headers)).response.status).toBe(400);
  });

  test("is for project keys: a client secret gets 401", async () => {
    const simulator = await simulated();
    const minted = await fetch(`${simulator.baseUrl}/realtime/client_secrets`, {
      method: "POST",
      headers: { authorization: "Bearer sk-test-key" },
    });
    const { value } = (await minted.json()) as { value: string };
    const { response, body } = await createLive(simulator, OFFER, {}, { authorization: `Bearer ${value}` });
    expect([response.status, JSON.parse(body)]).toMatchObject([401, { error: { code: "invalid_api_key" } }]);
    expect((await createLive(simulator, OFFER, {}, { authorization: "Bearer sk-other" })).response.status).toBe(401);
    const { id } = await createLive(simulator, OFFER);
    await expect(SidebandClient.attach(simulator, id, { key: value })).rejects.toThrow("refused with 401");
  });

  test("shares the limit of calls with Realtime", async () => {
    const simulator = await simulated({ maxCalls: 1 });
    expect((await createLive(simulator, OFFER)).response.status).toBe(201);
    const { response, body } = await createLive(simulator, OFFER);
    expect([response.status, JSON.parse(body)]).toMatchObject([429, { error: { code: "rate_limit_exceeded" } }]);
  });
});

describe("a create's fault", () => {
  test.each([401, 403, 429, 500, 503] as const)("%i in OpenAI's envelope", async (status) => {
    const simulator = await simulated();
    simulator.injectFault({ kind: "http", status, retryAfterSeconds: 3 });
    const { response, body } = await createLive(simulator, OFFER);
    expect(response.status).toBe(status);
    expect(JSON.parse(body)).toMatchObject({ error: { message: expect.any(String) as unknown } });
  });

  test.each([
    ["empty", ""],
    ["html", /^<!DOCTYPE html>/],
    ["json", /^{"sdp":""}$/],
    ["truncated", /^{"session":{"id":"live_.*a=ice-ufrag:[^"]*\\r\\n"}}$/],
    ["no_location", /^{"transport":{"type":"webrtc"/],
    ["bad_location", /^{"session":{"id":""}/],
  ] as const)("201, with a body that is malformed: %s", async (form, expected) => {
    const simulator = await simulated();
    simulator.injectFault({ kind: "malformed_answer", form });
    const { response, body } = await createLive(simulator, OFFER);
    expect(response.status).toBe(201);
    expect(body).toMatch(expected);
    expect(simulator.liveCalls()).toHaveLength(1);
  });

  test("no answer, and a call all the same", async () => {
    const simulator = await simulated();
    simulator.injectFault({ kind: "reset", afterCreate: true });
    await expect(createLive(simulator, OFFER)).rejects.toThrow("fetch failed");
    expect(simulator.liveCalls()).toMatchObject([{ api: "live" }]);
  });

  test("sidebands that are refused for a while", async () => {
    const simulator = await simulated();
    simulator.injectFault({ kind: "sideband_404" });
    const { id } = await createLive(simulator, OFFER);
    await expect(SidebandClient.attach(simulator, id)).rejects.toThrow("refused with 404");
  });
});

describe("POST /v1/live/sessions/{id}/hangup", () => {
  test("finds nothing on WebRTC, by default", async () => {
    const simulator = await simulated();
    const { id } = await createLive(simulator, OFFER);
    expect((await liveRequest(simulator, `${id}/hangup`)).status).toBe(404);
    expect(simulator.liveCalls()).toHaveLength(1);
  });

  test("ends the call once, where it is said to work", async () => {
    const simulator = await simulated({ liveHangup: true });
    const { id } = await createLive(simulator, OFFER);
    const server = await resources.sideband(simulator, id);
    expect((await liveRequest(simulator, `${id}/hangup`)).status).toBe(200);
    expect(await server.event("session.closed")).toMatchObject({ reason: "close_requested" });
    expect((await liveRequest(simulator, `${id}/hangup`)).status).toBe(404);
    expect(simulator.calls()).toMatchObject([{ endReason: "hangup" }]);
  });
});

test("a fork and a recording are refused: of a session that is not finalized, and of one that is not known", async () => {
  const simulator = await simulated();
  const { id } = await createLive(simulator, OFFER, { store: true });
  expect((await liveRequest(simulator, `${id}/fork`)).status).toBe(409);
  const recording = await liveRequest(simulator, `${id}/content`, "GET");
  expect([recording.status, await recording.json()]).toMatchObject([
    409,
    { error: { type: "invalid_request_error", message: expect.any(String) as unknown } },
  ]);
  expect((await liveRequest(simulator, "live_u1_nothing/fork")).status).toBe(404);
});

test("a call of one API is not found by the routes of the other", async () => {
  const simulator = await simulated({ liveHangup: true });
  const { id } = await createLive(simulator, OFFER);
  const headers = { authorization: "Bearer sk-test-key" };
  const hangup = await fetch(`${simulator.baseUrl}/realtime/calls/${id}/hangup`, { method: "POST", headers });
  expect(hangup.status).toBe(404);
  expect(simulator.liveCalls()).toHaveLength(1);
});
