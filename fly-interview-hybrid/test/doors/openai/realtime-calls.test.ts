import { describe, expect, test } from "vitest";
import { audioOffer } from "../../sample-sdp.ts";
import { SERVICE } from "../platform.ts";
import { tokenFor } from "../start-proxy.ts";
import { callIdOf, type DropIn, startDropIn } from "./drop-in.ts";

const SDP = "application/sdp";

/** A call of a person's own, by the offer alone. */
async function call({ post }: Pick<DropIn, "post">, bearer?: string): ReturnType<DropIn["post"]> {
  const reply = await post("/realtime/calls", { type: SDP, body: audioOffer, ...(bearer && { bearer }) });
  expect(reply).toMatchObject({ status: 201 });
  return reply;
}

function parts(session: object = { type: "realtime" }, sdp = audioOffer): FormData {
  const form = new FormData();
  form.set("sdp", new Blob([sdp], { type: SDP }));
  form.set("session", JSON.stringify(session));
  return form;
}

describe("a call by POST /v1/realtime/calls", () => {
  test("is answered as OpenAI answers, under an id of ours, and is a session of its person", async () => {
    const dropIn = await startDropIn();
    const { headers, text } = await call(dropIn);
    expect(text.startsWith("v=0\r\n")).toBe(true);
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("location")).toMatch(/^\/v1\/realtime\/calls\/rtc_[A-Za-z0-9_-]{32,}$/);
    const [live] = dropIn.proxy.simulator.liveCalls();
    expect(callIdOf({ headers })).not.toContain(live?.id.split("_").at(-1));
    expect(live?.request).toMatchObject({ form: "multipart", offerSdp: audioOffer });

    const sessionId = headers.get("x-interview-session") ?? "";
    const bearer = headers.get("x-interview-resume-token") ?? "";
    const path = `/api/sessions/${sessionId}/transcript`;
    expect(await dropIn.proxy.fetch(path, { headers: { authorization: `Bearer ${bearer}` } })).toMatchObject({
      status: 200,
    });
    const further = await call(dropIn, bearer);
    expect(further.headers.get("x-interview-session")).toBe(sessionId);
    const listed = await dropIn.proxy.fetch("/api/sessions", { headers: { authorization: `Bearer ${SERVICE}` } });
    expect(listed.json).toMatchObject({ sessions: [{ sessionId, person: "ada", status: "running" }] });
  });

  test("takes our tokens as client keys too, and a resume token as one", async () => {
    const dropIn = await startDropIn();
    const { headers } = await call(dropIn, `ek_${await tokenFor("ada")}`);
    const again = await call(dropIn, `ek_${headers.get("x-interview-resume-token")}`);
    expect(again.headers.get("x-interview-session")).toBe(headers.get("x-interview-session"));
  });

  test("is a backend's for the person whom it names, in the multipart form of the official client", async () => {
    const { client, proxy } = await startDropIn();
    const headers = { "OpenAI-Safety-Identifier": "grace" };
    const request = { sdp: audioOffer, session: { type: "realtime", instructions: "Sing." } as const };
    const response = await client().realtime.calls.create(request, { headers });
    expect(response.status).toBe(201);
    expect((await response.text()).startsWith("v=0")).toBe(true);
    const listed = await proxy.fetch("/api/sessions", { headers: { authorization: `Bearer ${SERVICE}` } });
    expect(listed.json).toMatchObject({ sessions: [{ person: "grace" }] });
    const nobody = await client()
      .realtime.calls.create(request)
      .catch((error: unknown) => error);
    expect(nobody).toMatchObject({ status: 400, code: "INVALID_MESSAGE", param: "OpenAI-Safety-Identifier" });
  });

  test("leaves nothing behind where its client goes before it has the answer", async () => {
    const { post, proxy } = await startDropIn();
    proxy.simulator.injectFault({ kind: "late_answer", ms: 300 });
    const leaving = new AbortController();
    const request = post("/realtime/calls", { type: SDP, body: audioOffer, signal: leaving.signal });
    await proxy.simulator.waitFor(({ type }) => type === "call.created");
    leaving.abort();
    await expect(request).rejects.toThrow("aborted");
    await proxy.simulator.waitFor(({ type }) => type === "call.ended");
    expect(proxy.simulator.calls()).toMatchObject([{ endReason: "hangup" }]);
  });

  test("counts against the same limits as any other", async () => {
    const dropIn = await startDropIn({ settings: { MAX_SESSIONS_PER_PERSON: "1", CALLS_PER_MINUTE: "2" } });
    const { headers } = await call(dropIn);
    const full = await dropIn.post("/realtime/calls", { type: SDP, body: audioOffer });
    expect(full).toMatchObject({ status: 429, json: { error: { code: "QUOTA_EXCEEDED", type: "requests" } } });
    const bearer = headers.get("x-interview-resume-token") ?? "";
    const next = await call(dropIn, bearer);
    const last = next.headers.get("x-interview-resume-token") ?? "";
    const limited = await dropIn.post("/realtime/calls", { bearer: last, type: SDP, body: audioOffer });
    expect(limited).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
    expect(limited.headers.get("x-should-retry")).toBe("true");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("what a caller says of the session", () => {
  const session = {
    type: "realtime",
    model: "gpt-of-mine",
    instructions: "Sing sea shanties.",
    tools: [{ type: "function", name: "mine" }],
    audio: { input: { transcription: { model: "mine", language: "de" } }, output: { voice: "cedar" } },
    unheard_of: true,
  };

  async function planned(setting: string, bearer: string): Promise<string> {
    const dropIn = await startDropIn({ settings: { CLIENT_SESSION: setting } });
    const headers = { "openai-safety-identifier": "grace" };
    expect((await dropIn.post("/realtime/calls", { bearer, body: parts(session), headers })).status).toBe(201);
    return JSON.stringify(dropIn.proxy.simulator.liveCalls()[0]?.request.session);
  }

  test.each([
    ["ignored", "a candidate", []],
    ["voice", "a candidate", ["cedar", '"language":"de"']],
    ["full", "a candidate", ["cedar", '"language":"de"']],
    ["voice", "a backend", ["cedar", '"language":"de"']],
    ["full", "a backend", ["cedar", '"language":"de"', "Sing sea shanties."]],
  ])("counts by CLIENT_SESSION=%s and who says it: %s", async (setting, who, heard) => {
    const plan = await planned(setting, who === "a backend" ? SERVICE : await tokenFor("grace"));
    const said = ["cedar", '"language":"de"', "Sing sea shanties.", "gpt-of-mine", '"mine"', "unheard_of"];
    expect(said.filter((word) => plan.includes(word))).toEqual(heard);
  });

  test("is refused where it names a voice that is none, or is no session", async () => {
    const { post, proxy } = await startDropIn({ settings: { CLIENT_SESSION: "voice" } });
    const voice = { type: "realtime", audio: { output: { voice: "donald" } } };
    const refusals = [
      [parts(voice), "session.audio.output.voice"],
      [parts({ type: "transcription" }), "session.type"],
      [parts({ type: "realtime", instructions: 5 }), "session.instructions"],
    ] as const;
    for (const [body, param] of refusals) {
      const reply = await post("/realtime/calls", { body });
      expect(reply).toMatchObject({ status: 400, json: { error: { code: "INVALID_MESSAGE", param } } });
    }
    expect(proxy.simulator.calls()).toEqual([]);
  });
});

describe("bad requests for a call", () => {
  test("are answered in OpenAI's envelope, and make none", async () => {
    const { post, proxy } = await startDropIn();
    const broken = audioOffer.replace("a=mid:0", "a=mid\u0000");
    const form = (entries: Record<string, string>): FormData => {
      const made = new FormData();
      for (const [name, value] of Object.entries(entries)) made.set(name, value);
      return made;
    };
    const cases = [
      [{ type: "text/html", body: audioOffer }, 400, "INVALID_MESSAGE"],
      [{ type: "application/json", body: "{}" }, 400, "INVALID_MESSAGE"],
      [{}, 400, "INVALID_MESSAGE"],
      [{ type: SDP, body: new Uint8Array([0x76, 0xff, 0xfe]) }, 400, "INVALID_MESSAGE"],
      [{ type: SDP, body: broken }, 422, "SDP_INVALID"],
      [{ type: SDP, body: audioOffer.trimEnd() }, 422, "SDP_INVALID"],
      [{ type: SDP, body: "v=0\r\n" }, 422, "SDP_INVALID"],
      [{ type: SDP, body: "x".repeat(200_000) }, 413, "MESSAGE_TOO_LARGE"],
      [{ type: "multipart/form-data", body: "--x" }, 400, "INVALID_MESSAGE"],
      [{ type: "multipart/form-data; boundary=x", body: "--x\r\nhello" }, 400, "INVALID_MESSAGE"],
      [{ body: form({ session: '{"type":"realtime"}' }) }, 400, "INVALID_MESSAGE"],
      [{ body: form({ sdp: audioOffer, session: "{" }) }, 400, "INVALID_MESSAGE"],
      [{ body: form({ sdp: audioOffer, other: "x" }) }, 400, "INVALID_MESSAGE"],
      [{ body: form({ sdp: "" }) }, 422, "SDP_INVALID"],
    ] as const;
    for (const [request, status, code] of cases) {
      const reply = await post("/realtime/calls", request);
      expect({ request, ...reply }).toMatchObject({
        request,
        status,
        json: { error: { message: expect.stringMatching(/\.$/), type: "invalid_request_error", code } },
      });
      expect(Object.keys((reply.json as { error: object }).error)).toEqual(["message", "type", "param", "code"]);
      expect(reply.headers.get("x-request-id")).toMatch(/^req_/);
    }
    expect(proxy.simulator.calls()).toEqual([]);
  });

  test("with a query are refused: neither a model nor a channel's id is asked for there", async () => {
    const { post } = await startDropIn();
    for (const query of ["?dcid=1", "?model=gpt-realtime", "?simulation=true"]) {
      const reply = await post(`/realtime/calls${query}`, { type: SDP, body: audioOffer });
      expect(reply).toMatchObject({ status: 400, json: { error: { code: "INVALID_MESSAGE" } } });
    }
  });

  test("say which rule an offer breaks, and where", async () => {
    const { post } = await startDropIn();
    const reply = await post("/realtime/calls", { type: SDP, body: audioOffer.replace("111 0 8", "0 8") });
    expect(reply.text).toMatch(/Rule: [a-z-]+, line \d+\./);
  });

  test("without a sign-in, or with one that may not, get nothing; nor does the simulation's visitor", async () => {
    const { post, proxy } = await startDropIn({ settings: { ALLOW_SIMULATION: "true" } });
    const ask = (bearer: string, path = "/realtime/calls"): ReturnType<typeof post> =>
      post(path, { bearer, type: SDP, body: audioOffer });
    for (const bearer of ["nobody", "ek_nobody", `ek_ek_${await tokenFor("ada")}`, "sk-proj-0123456789"])
      expect(await ask(bearer)).toMatchObject({ status: 401, json: { error: { code: "UNAUTHENTICATED" } } });
    expect((await ask("nobody", "/realtime/calls?simulation=true")).status).toBe(401);
    const observer = await tokenFor("olga", { scope: "observe" });
    expect(await ask(observer)).toMatchObject({ status: 403, json: { error: { code: "FORBIDDEN" } } });
    expect(proxy.simulator.calls()).toEqual([]);
  });

  test("of a sealed server say so, on every route of the family", async () => {
    const { post, proxy } = await startDropIn({ settings: { DATA_CHANNEL: "sealed" } });
    const sealed = { status: 403, json: { error: { code: "DATA_CHANNEL_REQUIRED", param: null } } };
    expect(await post("/realtime/calls", { type: SDP, body: audioOffer })).toMatchObject(sealed);
    expect(await post("/realtime/calls/rtc_1/hangup")).toMatchObject(sealed);
    expect(await post("/realtime/client_secrets")).toMatchObject(sealed);
    expect(await proxy.fetch("/v1/realtime?call_id=rtc_1")).toMatchObject(sealed);
  });

  test("that the voice service refuses are not sent again by official clients", async () => {
    const { client, proxy } = await startDropIn();
    proxy.simulator.injectFault({ kind: "http", status: 503 });
    const patient = client(await tokenFor("ada")).withOptions({ maxRetries: 2 });
    const failure = await patient.realtime.calls.create({ sdp: audioOffer }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 502, code: "UPSTREAM_UNAVAILABLE", type: "server_error" });
    expect(proxy.simulator.calls()).toEqual([]);
  });
});

test("what is not there below /v1 is said in OpenAI's envelope", async () => {
  const { proxy, client } = await startDropIn();
  for (const path of ["/v1", "/v1/", "/v1/models", "/v1/realtime/nothing", "/v1/realtime", "/v1/%zz"]) {
    const reply = await proxy.fetch(path);
    expect({ path, ...reply }).toMatchObject({
      path,
      status: 404,
      json: { error: { type: "invalid_request_error", param: null, code: "NOT_FOUND" } },
    });
  }
  await expect(client().models.list()).rejects.toMatchObject({ status: 404, code: "NOT_FOUND" });
});

describe("hanging up", () => {
  test("is done once by the person: then the call is not found, as OpenAI has it", async () => {
    const dropIn = await startDropIn();
    const { proxy, client } = dropIn;
    const created = await call(dropIn);
    const id = callIdOf(created);
    const key = await tokenFor("ada");
    await client(key).realtime.calls.hangup(id);
    expect(proxy.simulator.liveCalls()).toEqual([]);
    const again = await client(key)
      .realtime.calls.hangup(id)
      .catch((error: unknown) => error);
    expect(again).toMatchObject({ status: 404, type: "invalid_request_error", param: "", code: "call_id_not_found" });
    const details = await proxy.fetch(`/api/sessions/${created.headers.get("x-interview-session")}`, {
      headers: { authorization: `Bearer ${SERVICE}` },
    });
    expect(details.json).toMatchObject({ endReason: "client_disconnected" });
  });

  test("is the backend's too, and nobody else's: a foreign call is not told apart from none", async () => {
    const dropIn = await startDropIn();
    const created = await call(dropIn);
    const id = callIdOf(created);
    const hangUp = (bearer: string, callId = id): ReturnType<DropIn["post"]> =>
      dropIn.post(`/realtime/calls/${callId}/hangup`, { bearer });
    const eve = await tokenFor("eve");
    const [foreign, unknown] = [await hangUp(eve), await hangUp(eve, `rtc_${"0".repeat(32)}`)];
    expect(foreign).toMatchObject({ status: 404, json: { error: { code: "call_id_not_found" } } });
    expect([unknown.status, unknown.text]).toEqual([foreign.status, foreign.text]);
    for (const callId of [id.replace("rtc_", "call_"), id.replace("rtc_", "live_"), "x", "%00", "a".repeat(90)])
      expect((await hangUp(eve, callId)).status).toBe(404);
    expect((await hangUp(await tokenFor("olga", { scope: "observe" }))).status).toBe(404);
    expect((await hangUp("nobody")).status).toBe(401);
    expect(dropIn.proxy.simulator.liveCalls()).toHaveLength(1);
    expect(await hangUp(SERVICE)).toMatchObject({ status: 200, text: "" });
    expect(dropIn.proxy.simulator.liveCalls()).toEqual([]);
  });

  test("does not reach a call that another has followed", async () => {
    const dropIn = await startDropIn();
    const first = await call(dropIn);
    const second = await call(dropIn, first.headers.get("x-interview-resume-token") ?? "");
    const bearer = second.headers.get("x-interview-resume-token") ?? "";
    expect((await dropIn.post(`/realtime/calls/${callIdOf(first)}/hangup`, { bearer })).status).toBe(404);
    expect((await dropIn.post(`/realtime/calls/${callIdOf(second)}/hangup`, { bearer })).status).toBe(200);
  });
});

describe("pages of other origins", () => {
  test("an allowed one gets the preflight that the official clients ask for, and reads where its call is", async () => {
    const dropIn = await startDropIn({ settings: { ALLOWED_ORIGINS: "https://jobs.example" } });
    const origin = "https://jobs.example";
    const preflight = await dropIn.proxy.fetch("/v1/realtime/calls", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-openai-agents-sdk",
      },
    });
    expect(preflight.status).toBe(204);
    const allowed = preflight.headers.get("access-control-allow-headers")?.split(/, */) ?? [];
    expect(allowed).toEqual(expect.arrayContaining(["authorization", "content-type", "x-openai-agents-sdk"]));
    const headers = { origin, "x-openai-agents-sdk": "openai-agents-sdk.0.20.0" };
    const reply = await dropIn.post("/realtime/calls", { type: SDP, body: audioOffer, headers });
    expect(reply.headers.get("access-control-allow-origin")).toBe(origin);
    const exposed = reply.headers.get("access-control-expose-headers")?.split(/, */) ?? [];
    expect(exposed).toEqual(expect.arrayContaining(["Location", "X-Request-Id", "x-interview-session"]));
  });

  test("another is refused, in OpenAI's envelope, and may read nothing", async () => {
    const { post } = await startDropIn();
    const headers = { origin: "https://evil.example" };
    const reply = await post("/realtime/calls", { type: SDP, body: audioOffer, headers });
    expect(reply).toMatchObject({ status: 403, json: { error: { code: "ORIGIN_NOT_ALLOWED", param: null } } });
    expect(reply.headers.get("access-control-allow-origin")).toBeNull();
  });
});
