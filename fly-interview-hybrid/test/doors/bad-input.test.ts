import { ERRORS } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";

const KIB = 1024;
const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

/** Text of a message, and what it gets. */
const badMessages: [name: string, text: string, code: string, field: string | undefined][] = [
  ["broken JSON", '{"type":"ping"', "BAD_JSON", undefined],
  ["an empty frame", "", "BAD_JSON", undefined],
  ["JSON that is no object", '"ping"', "INVALID_MESSAGE", undefined],
  ["no type", "{}", "INVALID_MESSAGE", "type"],
  ["an unknown type", '{"type":"dance"}', "UNKNOWN_MESSAGE", undefined],
  ["ping: an extra field", '{"type":"ping","x":1}', "INVALID_MESSAGE", undefined],
  ["init: a wrong type", '{"type":"init","sessionId":7}', "INVALID_MESSAGE", "sessionId"],
  ["init: an extra field", '{"type":"init","instructions":"be kind"}', "INVALID_MESSAGE", undefined],
  ["init: an unknown persona", '{"type":"init","aiPersona":"hal"}', "INVALID_MESSAGE", "aiPersona"],
  ["init: a field too long", `{"type":"init","sessionId":"${"a".repeat(200)}"}`, "INVALID_MESSAGE", "sessionId"],
  ["init: deeply nested", `{"type":"init","sessionId":${deep(20_000)}}`, "INVALID_MESSAGE", "sessionId"],
  ["init: a prototype", '{"type":"init","__proto__":{"sessionId":"x"}}', "INVALID_MESSAGE", undefined],
  ["sdp_offer: nothing offered", '{"type":"sdp_offer"}', "INVALID_MESSAGE", "offer"],
  ["sdp_offer: a wrong type", '{"type":"sdp_offer","offer":{"type":"offer","sdp":1}}', "INVALID_MESSAGE", "offer"],
  [
    "sdp_offer: an extra field",
    '{"type":"sdp_offer","offer":{"type":"offer","sdp":"","x":1}}',
    "INVALID_MESSAGE",
    "offer",
  ],
  ["sdp_offer: an empty SDP", '{"type":"sdp_offer","offer":""}', "SDP_INVALID", undefined],
  ["ice_candidate: missing", '{"type":"ice_candidate"}', "INVALID_MESSAGE", "candidate"],
  ["ice_candidate: a wrong type", '{"type":"ice_candidate","candidate":[]}', "INVALID_MESSAGE", "candidate"],
  ["disconnect: an extra field", '{"type":"disconnect","now":true}', "INVALID_MESSAGE", undefined],
  ["a deep message", deep(50_000), "INVALID_MESSAGE", undefined],
  [
    "a message over 128 KiB",
    JSON.stringify({ type: "ping", x: "a".repeat(128 * KIB) }),
    "MESSAGE_TOO_LARGE",
    undefined,
  ],
  [
    "a message of almost 1 MiB",
    JSON.stringify({ type: "ping", x: "a".repeat(1000 * KIB) }),
    "MESSAGE_TOO_LARGE",
    undefined,
  ],
];

describe("bad messages get the table's error and a living socket:", () => {
  test.each(badMessages)("%s", async (_name, text, code, field) => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    client.sendRaw(text);
    const error = await client.next("error");
    expect(error.code).toBe(code);
    expect(error.field).toBe(field);
    expect(error.message).toBe(ERRORS[code as keyof typeof ERRORS].message);
    expect(await client.isAlive()).toBe(true);
    expect(proxy.simulator.calls()).toEqual([]);
  });

  test("text that is not UTF-8, and binary frames", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    client.sendRaw(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    expect((await client.next("error")).code).toBe("BAD_JSON");
    client.sendRaw(Buffer.from('{"type":"ping"}'), { binary: true });
    expect((await client.next("error")).code).toBe("BAD_JSON");
    expect(await client.isAlive()).toBe(true);
  });

  test("a session that runs goes on", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    client.sendRaw("{");
    await client.next("error");
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
  });
});

describe("too much", () => {
  test("a client that keeps sending what cannot be understood is closed with 4400", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    for (let i = 0; i < 32; i++) client.sendRaw("{");
    expect(await client.closed).toBe(4400);
    expect(client.messages.filter(({ type }) => type === "error")).toHaveLength(32);
  });

  test("offers that break a rule count as such too", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    for (let i = 0; i < 32; i++) client.send({ type: "sdp_offer", offer: "v=0" });
    expect(await client.closed).toBe(4400);
  });

  test("a frame over 1 MiB is not read: the socket closes with 1009, others live on", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    const other = await proxy.connectAs("eve");
    await client.next("welcome");
    await other.next("welcome");
    client.sendRaw("a".repeat(1025 * KIB));
    expect(await client.closed).toBe(1009);
    expect(await other.isAlive()).toBe(true);
  });

  test("messages beyond the rate are refused with the time to wait", async () => {
    const proxy = await startProxy({ settings: { MESSAGES_PER_SECOND: "5" } });
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    for (let i = 0; i < 8; i++) client.send({ type: "ping" });
    const error = await client.next("error");
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryable: true });
    expect(error.retryAfterMs).toBeLessThanOrEqual(1000);
  });
});

/** Body and content type of a request, and what it gets. */
const badBodies: [name: string, body: string | Buffer, status: number, code: string][] = [
  ["broken JSON", "{", 400, "BAD_JSON"],
  ["nothing", "", 400, "BAD_JSON"],
  ["text that is not UTF-8", Buffer.from([0x22, 0xff, 0x22]), 400, "BAD_JSON"],
  ["a list", "[]", 400, "INVALID_MESSAGE"],
  ["no offer", "{}", 400, "INVALID_MESSAGE"],
  ["an offer of a wrong type", '{"sdpOffer":{}}', 400, "INVALID_MESSAGE"],
  ["an extra field", '{"sdpOffer":"","instructions":"x"}', 400, "INVALID_MESSAGE"],
  ["a prototype", '{"__proto__":{"sdpOffer":""}}', 400, "INVALID_MESSAGE"],
  ["deeply nested", `{"sdpOffer":${deep(20_000)}}`, 400, "INVALID_MESSAGE"],
  ["an unknown persona", JSON.stringify({ sdpOffer: audioOffer, aiPersona: "hal" }), 400, "INVALID_MESSAGE"],
  ["an SDP that breaks a rule", '{"sdpOffer":"v=0"}', 422, "SDP_INVALID"],
  ["over 128 KiB", JSON.stringify({ sdpOffer: "a".repeat(128 * KIB) }), 413, "MESSAGE_TOO_LARGE"],
];

describe("bad requests to /api/sdp-exchange get the table's status and body:", () => {
  test.each(badBodies)("%s", async (_name, body, status, code) => {
    const proxy = await startProxy();
    const response = await post(proxy, body);
    expect(response.status).toBe(status);
    expect(response.json).toMatchObject({
      error: { code, message: ERRORS[code as keyof typeof ERRORS].message, requestId: expect.stringMatching(/^req_/) },
    });
    expect(proxy.simulator.calls()).toEqual([]);
    expect((await proxy.fetch("/healthz")).status).toBe(200);
  });

  test("another content type", async () => {
    const proxy = await startProxy();
    const response = await post(proxy, "v=0", "text/plain");
    expect(response).toMatchObject({ status: 400, json: { error: { code: "INVALID_MESSAGE" } } });
  });

  test("an SDP fault names the rule and the line", async () => {
    const proxy = await startProxy();
    const body = JSON.stringify({ sdpOffer: audioOffer.replace("a=setup:actpass", "a=setup:passive") });
    const line = audioOffer.split("\r\n").indexOf("a=setup:actpass") + 1;
    expect((await post(proxy, body)).json).toMatchObject({ error: { code: "SDP_INVALID", rule: "setup", line } });
  });
});

describe("other routes", () => {
  test("what is not there, on any method", async () => {
    const proxy = await startProxy();
    for (const [method, path] of [
      ["GET", "/nothing"],
      ["POST", "/"],
      ["PUT", "/api/sdp-exchange"],
      ["GET", "/assets/../../package.json"],
      ["GET", "/assets/%2e%2e/%2e%2e/package.json"],
      ["GET", "/assets/%"],
      ["GET", "/assets/..%2f..%2fpackage.json"],
      ["GET", "/assets/x%00"],
    ] as const) {
      const response = await proxy.fetch(path, {
        method,
        headers: { authorization: `Bearer ${await tokenFor("ada")}` },
      });
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.json).toMatchObject({ error: { code: "NOT_FOUND" } });
    }
  });

  test.each(["x", "ses_", "%00", "a".repeat(300), "..%2f..", `ses_${"A".repeat(22)}`])(
    "DELETE /api/sessions/%s",
    async (id) => {
      const proxy = await startProxy();
      const response = await proxy.fetch(`/api/sessions/${id}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${await tokenFor("ada")}` },
      });
      expect([403, 404]).toContain(response.status);
      expect(response.json).toMatchObject({
        error: { code: expect.stringMatching(/^(SESSION_FORBIDDEN|NOT_FOUND)$/) },
      });
    },
  );
});

async function post(
  proxy: ProxyUnderTest,
  body: string | Buffer,
  contentType = "application/json",
): ReturnType<ProxyUnderTest["fetch"]> {
  const headers = { authorization: `Bearer ${await tokenFor("ada")}`, "content-type": contentType };
  return proxy.fetch("/api/sdp-exchange", { method: "POST", headers, body: body as BodyInit });
}
