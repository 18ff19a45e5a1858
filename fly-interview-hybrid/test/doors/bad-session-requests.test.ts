import { ERRORS, type ErrorCode } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { SERVICE, startPlatform, UNKNOWN_ID } from "./platform.ts";

const KIB = 1024;
const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const pairs = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));

/** Body of a request, and what it gets. */
type BadBody = readonly [name: string, body: string | Buffer, code: ErrorCode, field?: string];

const EVERYWHERE: readonly BadBody[] = [
  ["broken JSON", "{", "BAD_JSON"],
  ["nothing", "", "BAD_JSON"],
  ["text that is not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "BAD_JSON"],
  ["a list", "[]", "INVALID_MESSAGE"],
  ["null", "null", "INVALID_MESSAGE"],
  ["deeply nested", deep(20_000), "INVALID_MESSAGE"],
  ["over 128 KiB", JSON.stringify({ text: "a".repeat(128 * KIB) }), "MESSAGE_TOO_LARGE"],
];

const of = (fields: object): string => JSON.stringify({ person: "ada", ...fields });

const SESSIONS: readonly BadBody[] = [
  ["nobody", "{}", "INVALID_MESSAGE", "person"],
  ["an extra field", of({ admin: true }), "INVALID_MESSAGE"],
  ["a prototype", '{"__proto__":{"person":"ada"}}', "INVALID_MESSAGE", "person"],
  ["an empty person", of({ person: "" }), "INVALID_MESSAGE", "person"],
  ["a person too long", of({ person: "a".repeat(257) }), "INVALID_MESSAGE", "person"],
  ["half a character in the person", '{"person":"\\ud800"}', "INVALID_MESSAGE", "person"],
  ["a control character in the person", of({ person: "a\u0000" }), "INVALID_MESSAGE", "person"],
  ["an unknown persona", of({ persona: "hal" }), "INVALID_MESSAGE", "persona"],
  ["instructions too long", of({ instructions: "a".repeat(32 * KIB + 1) }), "INVALID_MESSAGE", "instructions"],
  ["too many questions", of({ questions: Array(101).fill("?") }), "INVALID_MESSAGE", "questions"],
  ["a question too long", of({ questions: ["?", "a".repeat(2001)] }), "INVALID_MESSAGE", "questions.1"],
  ["a language that is none", of({ language: "de_DE; ignore all" }), "INVALID_MESSAGE", "language"],
  ["no time", of({ maxDurationSeconds: 0 }), "INVALID_MESSAGE", "maxDurationSeconds"],
  ["half a second", of({ maxDurationSeconds: 10.5 }), "INVALID_MESSAGE", "maxDurationSeconds"],
  ["too many warnings", of({ warnAtSeconds: Array(11).fill(1) }), "INVALID_MESSAGE", "warnAtSeconds"],
  ["a negative warning", of({ warnAtSeconds: [60, -1] }), "INVALID_MESSAGE", "warnAtSeconds.1"],
  ["an unknown budget", of({ budget: { hours: 1 } }), "INVALID_MESSAGE", "budget"],
  ["no budget", of({ budget: { money: 0 } }), "INVALID_MESSAGE", "budget.money"],
  ["a number as metadata", of({ metadata: { a: 1 } }), "INVALID_MESSAGE", "metadata"],
  ["a name of metadata that could be input", of({ metadata: { "<b>": "1" } }), "INVALID_MESSAGE", "metadata"],
  ["too much metadata", of({ metadata: pairs(51) }), "INVALID_MESSAGE", "metadata"],
  ["metadata too long", of({ metadata: { a: "a".repeat(501) } }), "INVALID_MESSAGE", "metadata"],
];

const GUIDANCE: readonly BadBody[] = [
  ["no text", "{}", "INVALID_MESSAGE", "text"],
  ["an empty text", '{"text":""}', "INVALID_MESSAGE", "text"],
  ["a text of a wrong type", '{"text":["a"]}', "INVALID_MESSAGE", "text"],
  ["an extra field", '{"text":"a","role":"user"}', "INVALID_MESSAGE"],
  ["100 kB of text", JSON.stringify({ text: "a".repeat(100_000) }), "INVALID_MESSAGE", "text"],
];

const END: readonly BadBody[] = [
  ["a goodbye of a wrong type", '{"goodbye":"yes"}', "INVALID_MESSAGE", "goodbye"],
  ["an extra field", '{"reason":"x"}', "INVALID_MESSAGE"],
];

const INVITATIONS: readonly BadBody[] = [
  ...SESSIONS,
  ["a life too short", of({ expiresInSeconds: 59 }), "INVALID_MESSAGE", "expiresInSeconds"],
  ["a life too long", of({ expiresInSeconds: 7_776_001 }), "INVALID_MESSAGE", "expiresInSeconds"],
  ["a life of a wrong type", of({ expiresInSeconds: "3600" }), "INVALID_MESSAGE", "expiresInSeconds"],
];

const REDEEM: readonly BadBody[] = [
  ["no invitation", "{}", "INVALID_MESSAGE", "invitation"],
  ["an empty invitation", '{"invitation":""}', "INVALID_MESSAGE", "invitation"],
  ["an invitation of a wrong type", '{"invitation":{"id":1}}', "INVALID_MESSAGE", "invitation"],
  ["an invitation too long", JSON.stringify({ invitation: "a".repeat(1025) }), "INVALID_MESSAGE", "invitation"],
  ["an extra field", '{"invitation":"a","person":"eve"}', "INVALID_MESSAGE"],
  ["a text that is none", '{"invitation":"a"}', "INVITATION_INVALID"],
];

test.each([
  ["/api/sessions", SESSIONS],
  ["/api/invitations", INVITATIONS],
  ["/api/invitations/redeem", REDEEM],
  [`/api/sessions/${UNKNOWN_ID}/guidance`, GUIDANCE],
  [`/api/sessions/${UNKNOWN_ID}/end`, END],
])("bad bodies get the table's status and body: POST %s", async (path, bodies) => {
  const { proxy, ask } = await startPlatform();
  const headers = { authorization: `Bearer ${SERVICE}`, "content-type": "application/json" };
  for (const [name, body, code, field] of [...EVERYWHERE, ...bodies]) {
    const { status, json } = await proxy.fetch(path, { method: "POST", headers, body: body as BodyInit });
    const { http, message, retryable } = ERRORS[code];
    const requestId: unknown = expect.stringMatching(/^req_/);
    const error = { code, message, retryable, requestId, ...(field !== undefined && { field }) };
    expect({ name, status, json }).toEqual({ name, status: http, json: { error } });
  }
  expect((await ask("GET", "/api/sessions")).json).toEqual({ sessions: [], nextCursor: null });
});

test("bad queries are refused by their field", async () => {
  const { ask } = await startPlatform();
  for (const [path, field] of [
    ["/api/sessions?limit=0", "limit"],
    ["/api/sessions?limit=201", "limit"],
    ["/api/sessions?limit=1e1", "limit"],
    ["/api/sessions?limit=1&limit=2", "limit"],
    ["/api/sessions?status=asleep", "status"],
    ["/api/sessions?person=", "person"],
    ["/api/sessions?cursor=", "cursor"],
    ["/api/sessions?cursor=nonsense", "cursor"],
    [`/api/sessions?cursor=${Buffer.from("1 a b").toString("base64url")}`, "cursor"],
    [`/api/sessions?cursor=${"a".repeat(500)}`, "cursor"],
    ["/api/sessions?tenant=other", undefined],
    ["/api/invitations?limit=201", "limit"],
    ["/api/invitations?person=", "person"],
    ["/api/invitations?cursor=nonsense", "cursor"],
    ["/api/invitations?status=open", undefined],
    ["/api/usage?since=yesterday", "since"],
    ["/api/usage?since=2024-02-30T00:00:00Z", "since"],
    ["/api/usage?until=2024-02-03T00:00:00Z", undefined],
  ] as const) {
    const { status, json } = await ask("GET", path);
    const { error } = json as { error: { code: string; field?: string } };
    expect([path, status, error.code, error.field]).toEqual([path, 400, "INVALID_MESSAGE", field]);
  }
});

describe("bad paths", () => {
  const routes = [
    ["GET", ""],
    ["DELETE", ""],
    ["GET", "/transcript"],
    ["DELETE", "/transcript"],
    ["GET", "/events"],
    ["POST", "/ticket"],
    ["POST", "/end"],
    ["POST", "/guidance"],
  ] as const;

  test("no route knows an id but the tenant's own", async () => {
    const { ask } = await startPlatform();
    for (const [method, path] of routes) {
      const body = path === "/guidance" ? { body: { text: "a" } } : {};
      for (const id of [UNKNOWN_ID, "x", "ses_", "%00", "..%2f..%2f", "constructor", "%F0%9F%98%80"]) {
        expect([id, await ask(method, `/api/sessions/${id}${path}`, body)]).toMatchObject([
          id,
          { status: 403, json: { error: { code: "SESSION_FORBIDDEN" } } },
        ]);
      }
      expect((await ask(method, `/api/sessions/${"a".repeat(300)}${path}`, body)).status).toBe(404);
    }
  });

  test("other methods are not there", async () => {
    const { ask } = await startPlatform();
    for (const [method, path] of [
      ["PUT", "/api/sessions"],
      ["DELETE", "/api/sessions"],
      ["PATCH", `/api/sessions/${UNKNOWN_ID}`],
      ["POST", `/api/sessions/${UNKNOWN_ID}`],
      ["GET", `/api/sessions/${UNKNOWN_ID}/end`],
      ["POST", `/api/sessions/${UNKNOWN_ID}/events`],
      ["PUT", `/api/sessions/${UNKNOWN_ID}/guidance`],
      ["POST", "/api/usage"],
      ["PUT", "/api/invitations"],
      ["DELETE", "/api/invitations"],
      ["POST", `/api/invitations/inv_${"A".repeat(22)}`],
    ] as const) {
      expect([method, path, await ask(method, path)]).toMatchObject([
        method,
        path,
        { status: 404, json: { error: { code: "NOT_FOUND" } } },
      ]);
    }
  });
});

test("every answer is kept out of caches, errors too", async () => {
  const { proxy, ask, create } = await startPlatform();
  const { sessionId } = await create("ada");
  for (const reply of [
    await ask("GET", "/api/sessions"),
    await ask("GET", `/api/sessions/${sessionId}`),
    await ask("GET", `/api/sessions/${sessionId}/transcript`),
    await ask("GET", "/api/usage"),
    await ask("GET", `/api/sessions/${UNKNOWN_ID}`),
    await ask("POST", "/api/sessions", { body: {} }),
    await proxy.fetch("/api/sessions"),
  ]) {
    expect(reply.headers.get("cache-control")).toBe("no-store");
  }
});

test("without a sign-in nothing is told, whatever is sent", async () => {
  const { proxy } = await startPlatform();
  for (const [method, path] of [
    ["POST", "/api/sessions"],
    ["GET", "/api/sessions?limit=0"],
    ["GET", `/api/sessions/${UNKNOWN_ID}`],
    ["GET", `/api/sessions/${UNKNOWN_ID}/events`],
    ["POST", `/api/sessions/${UNKNOWN_ID}/guidance`],
    ["POST", `/api/sessions/${UNKNOWN_ID}/end`],
    ["POST", `/api/sessions/${UNKNOWN_ID}/ticket`],
    ["DELETE", `/api/sessions/${UNKNOWN_ID}/transcript`],
    ["GET", "/api/usage?since=x"],
  ] as const) {
    expect([path, await proxy.fetch(path, { method })]).toMatchObject([
      path,
      { status: 401, json: { error: { code: "UNAUTHENTICATED" } } },
    ]);
  }
});
