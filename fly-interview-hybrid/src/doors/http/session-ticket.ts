import type { SessionTicket } from "@interview-proxy/protocol";
import type { FastifyRequest } from "fastify";
import type { Config } from "../../config/config.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { OwnedSession } from "../../sessions/ownership.ts";
import type { DoorNeeds } from "../needs.ts";

/** With which the person of a session comes to it. */
export async function ticketFor(
  { id, tenant, person }: OwnedSession,
  request: FastifyRequest,
  { config, tickets }: DoorNeeds,
): Promise<SessionTicket> {
  const { ticket, expiresAt } = await tickets.issue({ tenant, person, session: id });
  return { sessionId: id, ticket, url: socketUrl(config, request), expiresAt: toIsoTime(expiresAt) };
}

/** Where browsers reach the WebSocket door: at the address of the settings, else where this request came. */
function socketUrl({ PUBLIC_URL }: Config, { protocol, host }: FastifyRequest): string {
  const base = PUBLIC_URL ?? `${protocol}://${host}`;
  return `${base.replace(/^http/, "ws")}/`;
}
