import {
  createSessionRequestSchema,
  type CreateSessionRequest,
  endSessionRequestSchema,
  guidanceRequestSchema,
  listSessionsQuerySchema,
  type SessionDetails,
  type SessionList,
  type SessionTicket,
  usageQuerySchema,
  type UsageReply,
} from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import { toIsoTime } from "../../iso-time.ts";
import type { ScheduleRequest } from "../../sessions/platform/schedule-session.ts";
import type { DoorNeeds } from "../needs.ts";
import { credentialOf, principalOf } from "./callers.ts";
import { DEFAULT_PAGE, readInput } from "./read-input.ts";
import { ticketFor } from "./session-ticket.ts";

interface OfSession {
  Params: { id: string };
}

/** Sessions, as the platform's backend creates, watches and ends them. */
export function addSessionRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;

  app.post("/sessions", async (request, reply): Promise<SessionTicket> => {
    const principal = await principalOf(request, needs);
    const body = readInput(createSessionRequestSchema, request.body);
    const record = await sessions.schedule(principal, toScheduleRequest(body));
    void reply.code(201).header("location", `/api/sessions/${record.id}`);
    return ticketFor(record, request, needs);
  });

  app.post<OfSession>("/sessions/:id/ticket", async (request, reply): Promise<SessionTicket> => {
    const principal = await principalOf(request, needs);
    const record = await sessions.unended(request.params.id, principal);
    void reply.code(201);
    return ticketFor(record, request, needs);
  });

  app.get("/sessions", async (request): Promise<SessionList> => {
    const principal = await principalOf(request, needs);
    const { limit, ...query } = readInput(listSessionsQuerySchema, request.query);
    return sessions.list(principal, { ...query, limit: limit === undefined ? DEFAULT_PAGE : Number(limit) });
  });

  app.get<OfSession>("/sessions/:id", async (request): Promise<SessionDetails> => {
    return sessions.describe(request.params.id, await principalOf(request, needs));
  });

  app.post<OfSession>("/sessions/:id/guidance", async (request, reply) => {
    const principal = await principalOf(request, needs);
    const { text } = readInput(guidanceRequestSchema, request.body);
    await sessions.guide(request.params.id, principal, text);
    return reply.code(202).send();
  });

  app.post<OfSession>("/sessions/:id/end", async (request, reply) => {
    const principal = await principalOf(request, needs);
    const goodbye = readInput(endSessionRequestSchema, request.body)?.goodbye === true;
    await sessions.endFor(request.params.id, principal, { goodbye });
    return reply.code(goodbye ? 202 : 204).send();
  });

  app.delete<OfSession>("/sessions/:id", async (request, reply) => {
    await sessions.endById(request.params.id, await credentialOf(request, needs));
    return reply.code(204).send();
  });

  app.get("/usage", async (request): Promise<UsageReply> => {
    const principal = await principalOf(request, needs);
    const { since } = readInput(usageQuerySchema, request.query);
    const from = since === undefined ? 0 : Date.parse(since);
    const usage = await sessions.usageSince(from, principal);
    return { since: since === undefined ? null : toIsoTime(from), usage };
  });
}

/** The interview that a body asks for. */
export function toScheduleRequest(body: CreateSessionRequest): ScheduleRequest {
  const { person, persona, maxDurationSeconds, ...brief } = body;
  return { person, persona, brief: { ...brief, maxSeconds: maxDurationSeconds } };
}
