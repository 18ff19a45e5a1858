import { type SessionTicket, sessionTicketSchema } from "@interview-proxy/protocol";
import { expect } from "vitest";
import type { SocketClient } from "./socket-client.ts";
import { type ProxyTestOptions, type ProxyUnderTest, startProxy } from "./start-proxy.ts";

export const SERVICE = "service-token-of-the-platform-0123456789";

/** An id of the server's form that no session has. */
export const UNKNOWN_ID: string = `ses_${"A".repeat(22)}`;

type Reply = Awaited<ReturnType<ProxyUnderTest["fetch"]>>;

export interface Platform {
  readonly proxy: ProxyUnderTest;
  /** Asks as the platform's backend, unless told otherwise; a body goes as JSON. */
  readonly ask: (
    method: string,
    path: string,
    options?: { readonly bearer?: string; readonly body?: unknown },
  ) => Promise<Reply>;
  /** Creates a session for a person. */
  readonly create: (person: string, body?: object) => Promise<SessionTicket>;
  /** Comes to a session with its ticket. */
  readonly come: (ticket: SessionTicket) => Promise<SocketClient>;
}

/** A proxy whose platform has a service token. */
export async function startPlatform(options: ProxyTestOptions = {}): Promise<Platform> {
  const proxy = await startProxy({ ...options, settings: { SERVICE_TOKEN: SERVICE, ...options.settings } });
  const ask: Platform["ask"] = (method, path, { bearer = SERVICE, body } = {}) => {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    if (body === undefined) return proxy.fetch(path, { method, headers: { authorization: headers.authorization } });
    return proxy.fetch(path, { method, headers, body: JSON.stringify(body) });
  };
  return {
    proxy,
    ask,
    async create(person, body = {}) {
      const reply = await ask("POST", "/api/sessions", { body: { person, ...body } });
      expect(reply.status).toBe(201);
      return sessionTicketSchema.parse(reply.json);
    },
    async come({ ticket }) {
      const client = proxy.connect(`/?token=${ticket}`);
      client.send({ type: "init" });
      return client;
    },
  };
}
