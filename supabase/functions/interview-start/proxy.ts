import {
  type CreateSessionRequest,
  httpErrorSchema,
  isErrorCode,
  type SessionTicket,
  sessionTicketSchema,
} from "@interview-proxy/protocol";
import * as z from "zod/mini";
import { Refusal } from "../_shared/refusal.ts";

/** Longest wait for the proxy, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** What the proxy says of us, and not of the candidate: wrong settings of ours. */
const OURS = new Set(["UNAUTHENTICATED", "TOKEN_EXPIRED", "FORBIDDEN", "NOT_FOUND", "INVALID_MESSAGE", "BAD_JSON"]);

/** The interview proxy. All of it throws its refusals: SESSION_ENDED, RATE_LIMITED, DRAINING and the like, else INTERNAL. */
export interface Proxy {
  createSession(request: CreateSessionRequest): Promise<SessionTicket>;
  /** Another ticket for a session that is there. */
  ticketFor(sessionId: string): Promise<SessionTicket>;
  /** Ends a session that nobody will come to. */
  endSession(sessionId: string): Promise<void>;
}

export interface ProxyNeeds {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly serviceToken: string;
}

export function createProxy({ fetch, url, serviceToken }: ProxyNeeds): Proxy {
  const ask = async (method: string, path: string, body?: object): Promise<Response> => {
    const headers = { authorization: `Bearer ${serviceToken}`, "content-type": "application/json" };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const init = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}/api/sessions${path}`, init);
    if (response.ok) return response;
    throw refusalOf(await response.json().catch(() => undefined));
  };
  const readTicket = async (response: Response): Promise<SessionTicket> =>
    z.parse(sessionTicketSchema, await response.json());

  return {
    createSession: async (request) => readTicket(await ask("POST", "", request)),
    ticketFor: async (sessionId) => readTicket(await ask("POST", `/${encodeURIComponent(sessionId)}/ticket`, {})),
    async endSession(sessionId) {
      await ask("DELETE", `/${encodeURIComponent(sessionId)}`);
    },
  };
}

function refusalOf(body: unknown): Refusal {
  const { data } = z.safeParse(httpErrorSchema, body);
  const code = data?.error.code;
  if (code === undefined || !isErrorCode(code) || OURS.has(code))
    return new Refusal("INTERNAL", { cause: Object.assign(new Error("The proxy refused."), { code }) });
  return new Refusal(code);
}
