import assert from "node:assert/strict";
import { type CreateSessionRequest, ERRORS, type ErrorCode } from "@interview-proxy/protocol";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createHandler } from "../functions/interview-start/handler.ts";
import type { Interview, InterviewStore, Plan } from "../functions/interview-start/store.ts";
import { type ErrorAnswer, NOW, type Scenario } from "./scenario.ts";

const URL_OF_PROJECT = "https://project.example";
const PAGE = "https://jobs.example";
const JWT_SECRET = "a-shared-secret-of-the-project-0123456789";
const SERVICE_TOKEN = "service-token-of-the-proxy-0123456789abcdef";
const ADA = "11111111-1111-4111-8111-111111111111";
const EVE = "22222222-2222-4222-8222-222222222222";
const INTERVIEW = "33333333-3333-4333-8333-333333333333";

const ENVIRONMENT = {
  SUPABASE_URL: `${URL_OF_PROJECT}/`,
  SUPABASE_ANON_KEY: "public-key",
  SUPABASE_SERVICE_ROLE_KEY: "secret-key",
  PROXY_URL: "https://proxy.example",
  PROXY_SERVICE_TOKEN: SERVICE_TOKEN,
  ALLOWED_ORIGINS: `${PAGE}, https://other.example`,
  JWT_SECRET,
};

const TICKET = {
  sessionId: "ses_1",
  ticket: "a.ticket.here",
  url: "wss://proxy.example/",
  expiresAt: "2027-01-15T08:01:00.000Z",
};

const due: Interview = {
  id: INTERVIEW,
  organisationId: "org",
  candidateId: ADA,
  opensAt: NOW - 1000,
  closesAt: NOW + 1000,
  sessionId: null,
};
const plan: Plan = {
  instructions: "Be kind.",
  questions: ["Who are you?"],
  persona: "cedar",
  language: "de",
  max_duration_seconds: 900,
};

/** What a handler meets, and what it asked for. */
interface World {
  interview: Interview | undefined;
  plan: Plan | undefined;
  /** Of the proxy. */
  answer: (path: string) => Response;
  keySet: object;
  readonly asked: { readonly method: string; readonly url: string; readonly headers: Headers; readonly body: string }[];
  readonly logged: string[];
  readonly notes: string[];
  noteSession: InterviewStore["noteSession"];
  send(request: Request): Promise<Response>;
}

function openWorld(environment: Record<string, string> = {}, ownStore = true): World {
  const store: InterviewStore = {
    findInterview: (id) => Promise.resolve(world.interview?.id === id ? world.interview : undefined),
    findPlan: () => Promise.resolve(world.plan),
    noteSession: (...args) => world.noteSession(...args),
  };
  const fetchHere: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers } = request;
    world.asked.push({ method, url, headers, body: await request.text() });
    const { hostname, pathname, search } = new URL(url);
    if (pathname === "/auth/v1/.well-known/jwks.json") return Response.json(world.keySet);
    if (hostname === "proxy.example") return world.answer(pathname);
    return Response.json(rowsOf(world, method, pathname + search));
  };
  const world: World = {
    interview: due,
    plan,
    answer: () => Response.json(TICKET, { status: 201 }),
    keySet: { keys: [] },
    asked: [],
    logged: [],
    notes: [],
    noteSession(id, sessionId) {
      world.notes.push(`${id} ${sessionId}`);
      return Promise.resolve(true);
    },
    send: createHandler({
      environment: { ...ENVIRONMENT, ...environment },
      fetch: fetchHere,
      now: () => NOW,
      log: (line) => world.logged.push(line),
      ...(ownStore ? { store } : {}),
    }),
  };
  return world;
}

/** What the project's REST API answers. */
function rowsOf({ interview, plan: ofInterview }: World, method: string, path: string): readonly object[] {
  if (method === "PATCH") return [{ id: INTERVIEW }];
  if (path.startsWith("/rest/v1/interview_plans")) return ofInterview === undefined ? [] : [ofInterview];
  if (interview === undefined) return [];
  const { id, organisationId, candidateId, opensAt, closesAt, sessionId } = interview;
  const times = { opens_at: new Date(opensAt).toISOString(), closes_at: new Date(closesAt).toISOString() };
  return [{ id, organisation_id: organisationId, candidate_id: candidateId, ...times, session_id: sessionId }];
}

/** Of a token; what is `undefined` is missing there. */
type Claims = Readonly<Record<string, unknown>>;

function tokenOf(claims: Claims = {}, secret = JWT_SECRET): Promise<string> {
  return sign(claims, { alg: "HS256" }, new TextEncoder().encode(secret));
}

function sign(claims: Claims, header: { alg: string; kid?: string }, key: CryptoKey | Uint8Array): Promise<string> {
  const all = { sub: ADA, role: "authenticated", aud: "authenticated", iss: `${URL_OF_PROJECT}/auth/v1` };
  return new SignJWT({ ...all, exp: NOW / 1000 + 600, ...claims }).setProtectedHeader(header).sign(key);
}

async function post(
  world: World,
  { token, body = { interviewId: INTERVIEW }, origin }: { token?: string; body?: unknown; origin?: string } = {},
): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${token ?? (await tokenOf())}` });
  if (origin !== undefined) headers.set("origin", origin);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return world.send(new Request("https://functions.example/interview-start", { method: "POST", headers, body: text }));
}

async function assertRefused(response: Response, code: ErrorCode, field?: string): Promise<void> {
  const { error } = (await response.json()) as ErrorAnswer;
  assert.equal(error.code, code);
  assert.equal(response.status, ERRORS[code].http);
  assert.equal(error.retryable, ERRORS[code].retryable);
  assert.equal(error.field, field);
}

const refusal = (code: string, status: number): Response => {
  const error = { code, message: "No.", retryable: false, requestId: "req_1" };
  return Response.json({ error }, { status });
};

export const startScenarios: readonly Scenario[] = [
  {
    name: "a candidate gets a ticket for an interview that is due, with its plan and as its person",
    async run() {
      const world = openWorld();
      const response = await post(world, { origin: PAGE });
      assert.equal(response.status, 201);
      assert.deepEqual(await response.json(), TICKET);
      assert.equal(response.headers.get("access-control-allow-origin"), PAGE);
      assert.equal(response.headers.get("cache-control"), "no-store");
      const [created, ...others] = world.asked;
      assert.equal(others.length, 0);
      assert.equal(`${created?.method} ${created?.url}`, "POST https://proxy.example/api/sessions");
      assert.equal(created?.headers.get("authorization"), `Bearer ${SERVICE_TOKEN}`);
      const expected: CreateSessionRequest = {
        person: ADA,
        persona: "cedar",
        instructions: "Be kind.",
        questions: ["Who are you?"],
        language: "de",
        maxDurationSeconds: 900,
        metadata: { interview: INTERVIEW, organisation: "org" },
      };
      assert.deepEqual(JSON.parse(created?.body ?? ""), expected);
      assert.deepEqual(world.notes, [`${INTERVIEW} ses_1`]);
      assert.deepEqual(world.logged, []);
    },
  },
  {
    name: "an interview without a plan has the proxy's own",
    async run() {
      const world = openWorld();
      world.plan = undefined;
      assert.equal((await post(world)).status, 201);
      const body = JSON.parse(world.asked[0]?.body ?? "") as object;
      assert.deepEqual(Object.keys(body).toSorted(), ["metadata", "person"]);
    },
  },
  {
    name: "who comes back gets another ticket for the same session, also when the time to come is over",
    async run() {
      const world = openWorld();
      world.interview = { ...due, sessionId: "ses_1", closesAt: NOW - 1 };
      assert.equal((await post(world)).status, 201);
      assert.deepEqual(
        world.asked.map(({ method, url }) => `${method} ${url}`),
        ["POST https://proxy.example/api/sessions/ses_1/ticket"],
      );
      assert.deepEqual(world.notes, []);
    },
  },
  {
    name: "of two who come at once one has the session, and the other's is ended",
    async run() {
      const world = openWorld();
      world.noteSession = () => Promise.resolve(false);
      await assertRefused(await post(world), "SESSION_BUSY");
      assert.deepEqual(
        world.asked.map(({ method, url }) => `${method} ${url}`),
        ["POST https://proxy.example/api/sessions", "DELETE https://proxy.example/api/sessions/ses_1"],
      );
    },
  },
  {
    name: "another's interview, one that is hidden and one that is none are not told apart",
    async run() {
      const world = openWorld();
      await assertRefused(await post(world, { token: await tokenOf({ sub: EVE }) }), "SESSION_FORBIDDEN");
      await assertRefused(await post(world, { body: { interviewId: EVE } }), "SESSION_FORBIDDEN");
      world.interview = undefined;
      await assertRefused(await post(world), "SESSION_FORBIDDEN");
      assert.deepEqual(world.asked, []);
    },
  },
  {
    name: "an interview is due from its opening until it closes",
    async run() {
      const world = openWorld();
      for (const [opensAt, closesAt, code] of [
        [NOW + 1, NOW + 9, "NOT_DUE"],
        [NOW - 9, NOW, "SESSION_ENDED"],
      ] as const) {
        world.interview = { ...due, opensAt, closesAt };
        await assertRefused(await post(world), code);
      }
      assert.deepEqual(world.asked, []);
      world.interview = { ...due, opensAt: NOW, closesAt: NOW + 1 };
      assert.equal((await post(world)).status, 201);
    },
  },
  {
    name: "a sign-in is the project's, a person's, and in force",
    async run() {
      const world = openWorld();
      const keyless = `${btoa('{"alg":"none"}').replaceAll("=", "")}.${(await tokenOf()).split(".")[1]}.`;
      const refused = [
        await tokenOf({ role: "anon" }),
        await tokenOf({ role: "service_role" }),
        await tokenOf({ role: undefined }),
        await tokenOf({ sub: "not-a-person" }),
        await tokenOf({ sub: undefined }),
        await tokenOf({ aud: "others" }),
        await tokenOf({ iss: "https://elsewhere.example/auth/v1" }),
        await tokenOf({ exp: undefined }),
        await tokenOf({}, "another-secret-0123456789-0123456789"),
        await sign({}, { alg: "HS384" }, new TextEncoder().encode(JWT_SECRET.padEnd(64, "0"))),
        keyless,
        "no token",
        "nor.this.one",
      ];
      for (const token of refused) await assertRefused(await post(world, { token }), "UNAUTHENTICATED");
      await assertRefused(await post(world, { token: await tokenOf({ exp: NOW / 1000 - 60 }) }), "TOKEN_EXPIRED");
      const bare = new Request("https://functions.example/", { method: "POST", body: "{}" });
      await assertRefused(await world.send(bare), "UNAUTHENTICATED");
      for (const line of world.logged) assert.doesNotMatch(line, /eyJ/);
    },
  },
  {
    name: "a sign-in by the project's key set counts, and no secret is taken for one of its keys",
    async run() {
      const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
      const jwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "ES256" };
      const world = openWorld({ JWT_SECRET: "" });
      world.keySet = { keys: [jwk] };
      const header = { alg: "ES256", kid: "key-1" };
      assert.equal((await post(world, { token: await sign({}, header, privateKey) })).status, 201);
      await assertRefused(
        await post(world, { token: await sign({ role: "anon" }, header, privateKey) }),
        "UNAUTHENTICATED",
      );
      const other = await generateKeyPair("ES256");
      await assertRefused(await post(world, { token: await sign({}, header, other.privateKey) }), "UNAUTHENTICATED");
      await assertRefused(await post(world, { token: await tokenOf({}, JSON.stringify(jwk)) }), "UNAUTHENTICATED");
      const keySets = world.asked.filter(({ url }) => url.endsWith("jwks.json"));
      assert.equal(keySets.length, 1);
    },
  },
  {
    name: "a key set that cannot be had is no fault of the person's",
    async run() {
      const { privateKey } = await generateKeyPair("ES256");
      const world = openWorld();
      world.keySet = { nothing: true };
      await assertRefused(await post(world, { token: await sign({}, { alg: "ES256" }, privateKey) }), "INTERNAL");
      assert.equal(world.logged.length, 1);
    },
  },
  {
    name: "bad input is named, and is bounded",
    async run() {
      const world = openWorld();
      await assertRefused(await post(world, { body: "{" }), "BAD_JSON");
      await assertRefused(await post(world, { body: {} }), "INVALID_MESSAGE", "interviewId");
      await assertRefused(
        await post(world, { body: { interviewId: "eq.1&select=*" } }),
        "INVALID_MESSAGE",
        "interviewId",
      );
      await assertRefused(await post(world, { body: [] }), "INVALID_MESSAGE");
      await assertRefused(await post(world, { body: " ".repeat(5000) }), "MESSAGE_TOO_LARGE");
      await assertRefused(await world.send(new Request("https://functions.example/")), "NOT_FOUND");
    },
  },
  {
    name: "a page of the platform may ask, from a browser, and no other",
    async run() {
      const world = openWorld();
      const preflight = (origin: string): Promise<Response> =>
        world.send(new Request("https://functions.example/", { method: "OPTIONS", headers: { origin } }));
      const allowed = await preflight("https://other.example");
      assert.equal(allowed.status, 204);
      assert.equal(allowed.headers.get("access-control-allow-origin"), "https://other.example");
      assert.equal(allowed.headers.get("access-control-allow-methods"), "POST");
      for (const name of ["authorization", "apikey", "content-type", "x-client-info"])
        assert.ok(allowed.headers.get("access-control-allow-headers")?.includes(name));
      const refused = await preflight("https://evil.example");
      assert.equal(refused.headers.get("access-control-allow-origin"), null);
      assert.equal(refused.headers.get("vary"), "origin");
      await assertRefused(refused, "ORIGIN_NOT_ALLOWED");
      await assertRefused(await post(world, { origin: "https://evil.example" }), "ORIGIN_NOT_ALLOWED");
      const failed = await post(world, { origin: PAGE, body: {} });
      assert.equal(failed.headers.get("access-control-allow-origin"), PAGE);
    },
  },
  {
    name: "what the proxy refuses the candidate is passed on, and what it refuses us is ours",
    async run() {
      const world = openWorld();
      for (const code of [
        "SESSION_ENDED",
        "RATE_LIMITED",
        "DRAINING",
        "RECORDS_UNAVAILABLE",
        "QUOTA_EXCEEDED",
      ] as const) {
        world.answer = () => refusal(code, ERRORS[code].http);
        await assertRefused(await post(world), code);
      }
      const ours = [
        () => refusal("UNAUTHENTICATED", 401),
        () => refusal("FORBIDDEN", 403),
        () => refusal("A_NEW_ONE", 400),
        () => new Response("<html>", { status: 502 }),
        () => Response.json({ sessionId: 1 }, { status: 201 }),
        () => {
          throw new TypeError(`connect failed with ${SERVICE_TOKEN}`);
        },
      ];
      for (const answer of ours) {
        world.answer = answer;
        await assertRefused(await post(world), "INTERNAL");
      }
      assert.ok(world.logged.length >= ours.length);
      for (const line of world.logged) assert.ok(!line.includes(SERVICE_TOKEN));
    },
  },
  {
    name: "the interview is read with the user's own token, and its plan with the service role's",
    async run() {
      const world = openWorld({}, false);
      const token = await tokenOf();
      assert.equal((await post(world, { token })).status, 201);
      const seen = world.asked.map(({ method, url, headers }) => [
        `${method} ${new URL(url).pathname}`,
        headers.get("apikey"),
        headers.get("authorization"),
      ]);
      assert.deepEqual(seen, [
        ["GET /rest/v1/interviews", "public-key", `Bearer ${token}`],
        ["GET /rest/v1/interview_plans", "secret-key", "Bearer secret-key"],
        ["POST /api/sessions", null, `Bearer ${SERVICE_TOKEN}`],
        ["PATCH /rest/v1/interviews", "secret-key", "Bearer secret-key"],
      ]);
      assert.match(world.asked[3]?.url ?? "", /session_id=is\.null/);
    },
  },
  {
    name: "tables that cannot be read are told as such",
    async run() {
      const world = openWorld({}, false);
      world.interview = { ...due, id: 7 as unknown as string };
      await assertRefused(await post(world), "RECORDS_UNAVAILABLE");
    },
  },
  {
    name: "a missing setting is named",
    async run() {
      await Promise.resolve();
      for (const name of ["SUPABASE_URL", "PROXY_URL", "PROXY_SERVICE_TOKEN", "ALLOWED_ORIGINS"])
        assert.throws(() => openWorld({ [name]: "" }), new RegExp(name));
    },
  },
];
