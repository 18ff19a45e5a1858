import { randomBytes } from "node:crypto";
import { type ServiceTokenReply, type SessionTicket, sessionTicketSchema } from "@interview-proxy/protocol";
import { type JWTPayload, SignJWT } from "jose";
import { type InterviewScript, startSimulator } from "openai-voice-simulator";
import { expect, onTestFinished } from "vitest";
import { type ProxyTestOptions, type ProxyUnderTest, startProxy } from "../doors/start-proxy.ts";
import type { SocketClient } from "../doors/socket-client.ts";
import { audioOffer } from "../sample-sdp.ts";

const ADMIN_TOKEN = "admin-token-of-whoever-runs-the-server-0123";
export const MASTER_KEY = `k1:${randomBytes(32).toString("base64")}`;
export const TENANT_SETTINGS = {
  ADMIN_TOKEN,
  TENANTS_MASTER_KEY: MASTER_KEY,
  MAX_SESSIONS_PER_PERSON: "1000",
  // Tests are quick: shares of requests would answer some of them in the routes' place.
  CONNECTIONS_PER_MINUTE: "1000000",
  TENANT_REQUESTS_PER_SECOND: "100000",
};

export type Reply = Awaited<ReturnType<ProxyUnderTest["fetch"]>>;

/** Asks a machine; a body goes as JSON. */
export type Ask = (
  method: string,
  path: string,
  options?: { readonly bearer?: string; readonly body?: unknown; readonly headers?: Record<string, string> },
) => Promise<Reply>;

export function asker(proxy: ProxyUnderTest, standard: string = ADMIN_TOKEN): Ask {
  return (method, path, { bearer = standard, body, headers = {} } = {}) => {
    const all = { ...headers, authorization: `Bearer ${bearer}` };
    if (body === undefined) return proxy.fetch(path, { method, headers: all });
    return proxy.fetch(path, {
      method,
      headers: { ...all, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  };
}

/** A tenant with an issuer and a backend of its own. */
export interface TenantUnderTest {
  readonly id: string;
  readonly serviceToken: string;
  readonly apiKey: string;
  /** A token of its issuer. */
  token(person: string, claims?: JWTPayload): Promise<string>;
  /** Creates a session for a person, as its backend. */
  schedule(person: string, body?: object): Promise<SessionTicket>;
  /** Begins an interview as a page of its person does. */
  begin(person: string, init?: object): Promise<Begun>;
}

export interface Begun {
  readonly sessionId: string;
  readonly resumeToken: string;
  readonly callId: string;
  readonly socket: SocketClient;
}

export function issuerOf(id: string): { readonly issuer: string; readonly secret: string } {
  return { issuer: `https://${id}.example/auth`, secret: `the secret of ${id}, of 32 characters and more` };
}

export async function createTenant(
  proxy: ProxyUnderTest,
  id: string,
  settings: Record<string, unknown> = {},
): Promise<TenantUnderTest> {
  const ask = asker(proxy);
  const apiKey = `sk-of-${id}-0123456789abcdef`;
  const body = { id, apiKey, issuers: [issuerOf(id)], ...settings };
  const created = await ask("POST", "/api/tenants", { body });
  expect(created).toMatchObject({ status: 201 });
  const { token: serviceToken } = (await ask("POST", `/api/tenants/${id}/service-tokens`)).json as ServiceTokenReply;
  return { id, apiKey, serviceToken, ...dealingsOf(proxy, id, serviceToken) };
}

/** What a tenant's people do at a machine. */
export function dealingsOf(
  proxy: ProxyUnderTest,
  id: string,
  serviceToken: string,
): Pick<TenantUnderTest, "token" | "schedule" | "begin"> {
  const token: TenantUnderTest["token"] = (person, claims = {}) => signFor(id, person, claims);
  return {
    token,
    async schedule(person, body = {}) {
      const reply = await asker(proxy, serviceToken)("POST", "/api/sessions", { body: { person, ...body } });
      expect(reply).toMatchObject({ status: 201 });
      return sessionTicketSchema.parse(reply.json);
    },
    async begin(person, init = {}) {
      const socket = proxy.connect("/", ["bearer", await token(person)]);
      socket.send({ type: "init", ...init });
      const { sessionId, resumeToken } = await socket.next("initialized");
      socket.send({ type: "sdp_offer", offer: audioOffer });
      const { callId } = await socket.next("sdp_answer");
      return { sessionId, resumeToken, callId, socket };
    },
  };
}

export function signFor(
  id: string,
  person: string,
  claims: JWTPayload = {},
  secret = issuerOf(id).secret,
): Promise<string> {
  return new SignJWT({ iss: issuerOf(id).issuer, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(person)
    .setExpirationTime("10m")
    .sign(new TextEncoder().encode(secret));
}

/** No interview is over before its test is. */
const ENDLESS: InterviewScript = {
  turns: Array.from({ length: 500 }, (_, n) => ({ interviewer: `Question ${n}, please?`, candidate: `Answer ${n}.` })),
};

/** A proxy with tenants, whose provider takes the keys of all of them. */
export async function startTenants(
  options: ProxyTestOptions = {},
): Promise<{ readonly proxy: ProxyUnderTest; readonly ask: Ask }> {
  const provider = await startSimulator({
    media: "none",
    wordsPerSecond: 20,
    script: ENDLESS,
    ...options.simulator,
  });
  onTestFinished(() => provider.close());
  const proxy = await startProxy({ ...options, provider, settings: { ...TENANT_SETTINGS, ...options.settings } });
  return { proxy, ask: asker(proxy) };
}
