import {
  type CreateSessionRequest,
  createSessionRequestSchema,
  endSessionRequestSchema,
  guidanceRequestSchema,
  listSessionsQuerySchema,
  sessionDetailsSchema,
  sessionListSchema,
  sessionTicketSchema,
  usageQuerySchema,
  usageReplySchema,
} from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import { toIsoTime } from "../../iso-time.ts";
import type { ScheduleRequest } from "../../sessions/platform/schedule-session.ts";
import type { DoorNeeds } from "../needs.ts";
import { personOfSessionOrStaffWith, staffWith } from "../operations/access.ts";
import { LOCATION, ofId } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
import { toPageSize } from "./read-input.ts";
import { ticketFor } from "./session-ticket.ts";

/** Sessions, as the platform's backend creates, watches and ends them. */
export function addSessionRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;
  const serve = serveOn(app, needs);

  serve(
    {
      method: "POST",
      path: "/sessions",
      id: "createSession",
      summary: "Creates an interview for a person",
      description: "The ticket opens one connection, once, within a minute. The session waits until its person comes.",
      by: staffWith("operate"),
      body: createSessionRequestSchema,
      example: { person: "ada", persona: "alloy", questions: ["What did you build last?"], maxDurationSeconds: 1800 },
      replies: { 201: sessionTicketSchema },
      replyHeaders: LOCATION,
    },
    async ({ caller, body, request, reply }) => {
      const record = await sessions.schedule(caller, toScheduleRequest(body));
      void reply.header("location", `/api/sessions/${record.id}`);
      return ticketFor(record, request, needs);
    },
  );

  serve(
    {
      method: "POST",
      path: "/sessions/:id/ticket",
      id: "issueTicket",
      summary: "Issues another ticket, for who comes back without a resume token",
      by: staffWith("operate"),
      params: ofId,
      replies: { 201: sessionTicketSchema },
      errors: ["SESSION_FORBIDDEN", "SESSION_ENDED"],
    },
    async ({ caller, params, request }) => ticketFor(await sessions.unended(params.id, caller), request, needs),
  );

  serve(
    {
      method: "GET",
      path: "/sessions",
      id: "listSessions",
      summary: "Lists sessions, newest first",
      by: staffWith("operate", "observe"),
      query: listSessionsQuerySchema,
      replies: { 200: sessionListSchema },
    },
    async ({ caller, query: { from, to, ...query } }) => {
      const within = { from: toTime(from), to: toTime(to) };
      return sessions.list(caller, { ...query, ...within, limit: toPageSize(query) });
    },
  );

  serve(
    {
      method: "GET",
      path: "/sessions/:id",
      id: "getSession",
      summary: "Describes a session: its state, calls, usage, notes and limits",
      by: staffWith("operate", "observe"),
      params: ofId,
      replies: { 200: sessionDetailsSchema },
      errors: ["SESSION_FORBIDDEN"],
    },
    async ({ caller, params }) => sessions.describe(params.id, caller),
  );

  serve(
    {
      method: "POST",
      path: "/sessions/:id/guidance",
      id: "guideInterviewer",
      summary: "Gives the interviewer a word that the candidate does not hear",
      by: staffWith("operate"),
      params: ofId,
      body: guidanceRequestSchema,
      example: { text: "Ask about the last project." },
      replies: { 202: null },
      errors: ["SESSION_FORBIDDEN", "SESSION_ENDED", "SESSION_BUSY", "NO_CALL"],
    },
    async ({ caller, params, body }) => sessions.guide(params.id, caller, body.text),
  );

  serve(
    {
      method: "POST",
      path: "/sessions/:id/end",
      id: "endSession",
      summary: "Ends a session",
      description: "204: it has ended. 202, with `goodbye`: the interviewer says goodbye first.",
      by: staffWith("operate"),
      params: ofId,
      body: endSessionRequestSchema,
      example: { goodbye: true },
      replies: { 202: null, 204: null },
      errors: ["SESSION_FORBIDDEN", "SESSION_BUSY"],
    },
    async ({ caller, params, body, reply }) => {
      const goodbye = body?.goodbye === true;
      await sessions.endFor(params.id, caller, { goodbye });
      void reply.code(goodbye ? 202 : 204);
    },
  );

  serve(
    {
      method: "DELETE",
      path: "/sessions/:id",
      id: "deleteSession",
      summary: "Ends a session and its call",
      description: "A second time does nothing more.",
      by: personOfSessionOrStaffWith("operate"),
      params: ofId,
      replies: { 204: null },
      errors: ["SESSION_FORBIDDEN", "SESSION_BUSY"],
    },
    async ({ caller, params }) => sessions.endById(params.id, caller),
  );

  serve(
    {
      method: "GET",
      path: "/usage",
      id: "getUsage",
      summary: "Sums up what the tenant's calls have used",
      by: staffWith("operate"),
      query: usageQuerySchema,
      replies: { 200: usageReplySchema },
    },
    async ({ caller, query: { since } }) => {
      const from = toTime(since) ?? 0;
      const usage = await sessions.usageSince(from, caller);
      return { since: since === undefined ? null : toIsoTime(from), usage };
    },
  );
}

function toTime(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** The interview that a body asks for. */
export function toScheduleRequest(body: CreateSessionRequest): ScheduleRequest {
  const { person, persona, maxDurationSeconds, ...brief } = body;
  return { person, persona, brief: { ...brief, maxSeconds: maxDurationSeconds } };
}
