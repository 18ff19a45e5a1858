import assert from "node:assert/strict";
import { ERRORS, type ErrorCode, type WebhookEvent } from "@interview-proxy/protocol";
import { createHandler } from "../functions/interview-ended/handler.ts";
import type { ResultStore } from "../functions/interview-ended/store.ts";
import { type ErrorAnswer, NOW, type Scenario } from "./scenario.ts";

/** Bytes of two secrets. */
const [KEY, OTHER_KEY] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(9)];
const secretOf = (key: Uint8Array): string => `whsec_${btoa(String.fromCharCode(...key))}`;

const ENVIRONMENT = {
  SUPABASE_URL: "https://project.example",
  SUPABASE_SERVICE_ROLE_KEY: "secret-key",
  WEBHOOK_SECRET: secretOf(KEY),
};

const ended: WebhookEvent = {
  type: "session.ended",
  timestamp: "2027-01-15T08:00:00.000Z",
  data: { sessionId: "ses_1", reason: "completed", startedAt: "2027-01-15T07:30:00.000Z" },
};

interface World {
  readonly kept: unknown[];
  readonly store: ResultStore;
  readonly send: (request: Request) => Promise<Response>;
}

function openWorld(secrets = ENVIRONMENT.WEBHOOK_SECRET, fetchHere?: typeof fetch): World {
  const kept: unknown[] = [];
  const store: ResultStore = {
    keep(sessionId, result) {
      kept.push([sessionId, result]);
      return Promise.resolve(true);
    },
    release(sessionId) {
      kept.push([sessionId, "released"]);
      return Promise.resolve();
    },
  };
  const send = createHandler({
    environment: { ...ENVIRONMENT, WEBHOOK_SECRET: secrets },
    fetch: fetchHere ?? (() => Promise.reject(new Error("Nothing is fetched here."))),
    now: () => NOW,
    log: () => undefined,
    ...(fetchHere === undefined ? { store } : {}),
  });
  return { kept, store, send };
}

interface Signing {
  readonly key?: Uint8Array<ArrayBuffer>;
  readonly id?: string;
  readonly timestamp?: string;
}

/** A webhook as the proxy sends it. */
async function webhook(body: string, { key = KEY, id = "msg_1", timestamp = String(NOW / 1000) }: Signing = {}) {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const cryptoKey = await crypto.subtle.importKey("raw", key, hmac, false, ["sign"]);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signature = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", cryptoKey, signed))));
  const headers = new Headers({
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  });
  return { headers, body };
}

function toRequest({ headers, body }: { readonly headers: Headers; readonly body: string }): Request {
  return new Request("https://functions.example/interview-ended", { method: "POST", headers, body });
}

async function assertRefused(response: Response, code: ErrorCode): Promise<void> {
  assert.equal(((await response.json()) as ErrorAnswer).error.code, code);
  assert.equal(response.status, ERRORS[code].http);
}

export const endedScenarios: readonly Scenario[] = [
  {
    name: "what the proxy tells of an interview is kept, piece by piece",
    async run() {
      const world = openWorld();
      const events: WebhookEvent[] = [
        { type: "session.started", timestamp: "2027-01-15T07:30:00.000Z", data: { sessionId: "ses_1", deadline: "x" } },
        ended,
        { type: "transcript.ready", timestamp: "2027-01-15T08:00:01.000Z", data: { sessionId: "ses_1", turns: 9 } },
      ];
      for (const event of events) {
        const response = await world.send(toRequest(await webhook(JSON.stringify(event))));
        assert.equal(response.status, 204);
      }
      assert.deepEqual(world.kept, [
        ["ses_1", { started_at: "2027-01-15T07:30:00.000Z" }],
        ["ses_1", { ended_at: "2027-01-15T08:00:00.000Z", end_reason: "completed" }],
        ["ses_1", { turns: 9 }],
      ]);
    },
  },
  {
    name: "an interview that nobody came to in the proxy's time can be begun anew",
    async run() {
      const world = openWorld();
      const notStarted = { ...ended, data: { ...ended.data, reason: "not_started", startedAt: null } };
      assert.equal((await world.send(toRequest(await webhook(JSON.stringify(notStarted))))).status, 204);
      assert.deepEqual(world.kept, [["ses_1", "released"]]);
    },
  },
  {
    name: "events that are of no use here, and types that are newer, are taken",
    async run() {
      const world = openWorld();
      for (const event of [
        { type: "limit.warning", timestamp: ended.timestamp, data: { sessionId: "ses_1", remainingSeconds: 60 } },
        { type: "session.praised", timestamp: ended.timestamp, data: { sessionId: "ses_1" } },
        { something: "else" },
      ])
        assert.equal((await world.send(toRequest(await webhook(JSON.stringify(event))))).status, 204);
      assert.deepEqual(world.kept, []);
    },
  },
  {
    name: "a webhook that is not signed by the secret over these very bytes, or is old, changes nothing",
    async run() {
      const world = openWorld();
      const body = JSON.stringify(ended);
      const right = await webhook(body);
      const unsigned = new Headers(right.headers);
      unsigned.delete("webhook-signature");
      const otherId = new Headers(right.headers);
      otherId.set("webhook-id", "msg_2");
      const forged = [
        { ...right, body: `${body} ` },
        { ...right, headers: unsigned },
        { ...right, headers: otherId },
        { ...right, headers: new Headers() },
        await webhook(body, { key: OTHER_KEY }),
        await webhook(body, { timestamp: String(NOW / 1000 - 301) }),
        await webhook(body, { timestamp: String(NOW / 1000 + 301) }),
        await webhook(body, { timestamp: "now" }),
      ];
      for (const each of forged) await assertRefused(await world.send(toRequest(each)), "UNAUTHENTICATED");
      assert.deepEqual(world.kept, []);
    },
  },
  {
    name: "either secret counts while it is changed, and either signature",
    async run() {
      const world = openWorld(`${secretOf(OTHER_KEY)}, ${secretOf(KEY)}`);
      const body = JSON.stringify(ended);
      for (const key of [KEY, OTHER_KEY])
        assert.equal((await world.send(toRequest(await webhook(body, { key })))).status, 204);
      const [one, other] = [await webhook(body, { key: new Uint8Array(32) }), await webhook(body)];
      const names = [one, other].map(({ headers }) => headers.get("webhook-signature"));
      other.headers.set("webhook-signature", names.join(" "));
      assert.equal((await openWorld().send(toRequest(other))).status, 204);
    },
  },
  {
    name: "a result that cannot be kept is asked for again",
    async run() {
      const world = openWorld(undefined, () => Promise.resolve(new Response("", { status: 500 })));
      await assertRefused(await world.send(toRequest(await webhook(JSON.stringify(ended)))), "RECORDS_UNAVAILABLE");
    },
  },
  {
    name: "bodies are bounded, and only POST is known",
    async run() {
      const world = openWorld();
      await assertRefused(await world.send(toRequest(await webhook("x".repeat(70_000)))), "MESSAGE_TOO_LARGE");
      await assertRefused(await world.send(toRequest(await webhook("{"))), "BAD_JSON");
      await assertRefused(await world.send(new Request("https://functions.example/")), "NOT_FOUND");
    },
  },
];
