import * as z from "zod/mini";
import { statsRequestSchema } from "./client-messages/stats.ts";
import { endReasonSchema } from "./server-messages.ts";
import { sessionStatusSchema } from "./session-requests.ts";
import { usageSchema } from "./usage.ts";

/** ISO 8601, UTC; `null`: not yet. */
const timeSchema = z.nullable(z.string());

/** Reply of `POST /api/sessions` and of `POST /api/sessions/{id}/ticket`. */
export const sessionTicketSchema = z.object({
  sessionId: z.string(),
  /** Opens one connection, once: as `?token=` of `url`, or as a bearer token. */
  ticket: z.string(),
  /** The WebSocket of this server. */
  url: z.string(),
  /** When the ticket expires; ISO 8601, UTC. */
  expiresAt: z.string(),
});
export type SessionTicket = z.infer<typeof sessionTicketSchema>;

/** A session in a list. */
export const sessionSummarySchema = z.object({
  sessionId: z.string(),
  person: z.string(),
  persona: z.string(),
  status: sessionStatusSchema,
  createdAt: z.string(),
  startedAt: timeSchema,
  /** By then it ends at the latest or, while it is scheduled, has to be started. */
  deadline: z.string(),
  endedAt: timeSchema,
  endReason: z.nullable(endReasonSchema),
  /** The candidate has muted the microphone, as the page said last. */
  muted: z.boolean(),
  metadata: z.record(z.string(), z.string()),
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;

/** Reply of `GET /api/sessions`, newest first. `nextCursor`: `null` on the last page. */
export const sessionListSchema = z.object({
  sessions: z.array(sessionSummarySchema),
  nextCursor: z.nullable(z.string()),
});
export type SessionList = z.infer<typeof sessionListSchema>;

/** Reply of `GET /api/sessions/{id}`. */
export const sessionDetailsSchema = z.extend(sessionSummarySchema, {
  language: z.nullable(z.string()),
  /** When the candidate's page told that the candidate agrees; `null`: no page did. */
  consentedAt: timeSchema,
  limits: z.object({
    maxDurationSeconds: z.number(),
    warnAtSeconds: z.array(z.number()),
    budget: z.object({
      tokens: z.optional(z.number()),
      seconds: z.optional(z.number()),
      money: z.optional(z.number()),
    }),
  }),
  /** The connection of its call, as the page told last, and when; `null`: not told, or over. */
  connection: z.nullable(z.object({ ...statsRequestSchema.shape, at: z.string() })),
  /** Of all calls together. */
  usage: usageSchema,
  /** Oldest first. */
  calls: z.array(
    z.object({
      callId: z.string(),
      /** `possible_orphan`: it may run on, and could not be hung up. */
      state: z.enum(["connecting", "live", "ended", "failed", "possible_orphan"]),
      createdAt: z.string(),
      endedAt: timeSchema,
      usage: usageSchema,
    }),
  ),
  /** What was noted beside the transcript, oldest first: notes of the interviewer, and what a page did in open mode. */
  marks: z.array(
    z.object({
      at: z.string(),
      callId: z.string(),
      kind: z.enum(["note", "drift", "injected", "removed", "unexplained_response"]),
      /** `null`: without words, or erased. */
      text: z.nullable(z.string()),
      /** Whether what a page did counts towards the end of its session; `null` for a note. */
      counted: z.nullable(z.boolean()),
    }),
  ),
});
export type SessionDetails = z.infer<typeof sessionDetailsSchema>;

/** Reply of `DELETE /api/sessions/{id}/transcript`: how many turns had words, which are gone now. */
export const erasedTranscriptSchema = z.object({ erasedTurns: z.number() });
export type ErasedTranscript = z.infer<typeof erasedTranscriptSchema>;
