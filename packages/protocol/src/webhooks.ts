import * as z from "zod/mini";
import { endReasonSchema } from "./server-messages.ts";

/** ISO 8601, UTC. */
const time = z.string();

/** An event; `timestamp` is when it happened. Objects are loose: a receiver ignores fields that are newer than itself. */
function event<Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, data: Shape) {
  return z.object({ type: z.literal(type), timestamp: time, data: z.object({ sessionId: z.string(), ...data }) });
}

/** Body of a webhook. It says what happened to a session, and holds neither words, instructions nor tokens. */
export const webhookEventSchema = z.discriminatedUnion("type", [
  /** The candidate has come. `consentedAt`: when the page told that the candidate agrees; missing: no page did. */
  event("session.started", { deadline: time, consentedAt: z.optional(time) }),
  /** Its call is gone, and it waits for another one. */
  event("session.interrupted", {}),
  /** Another call carries it on. */
  event("session.resumed", { deadline: time }),
  /** `startedAt`: `null` where nobody has come. */
  event("session.ended", { reason: endReasonSchema, startedAt: z.nullable(time) }),
  /** The transcript is complete and signed. */
  event("transcript.ready", { turns: z.number() }),
  /** Candidate and interviewer were told that the end comes near. */
  event("limit.warning", { remainingSeconds: z.number() }),
  /** A page in open mode changed what is not its own. `counted`: whether that counts towards the end of the session. */
  event("policy.violation", {
    kind: z.enum(["drift", "injected", "removed", "unexplained_response"]),
    counted: z.boolean(),
  }),
  /** It ends because its tokens, its money or the seconds of its calls are used up. */
  event("budget.exhausted", {}),
]);
export type WebhookEvent = z.infer<typeof webhookEventSchema>;
export type WebhookEventType = WebhookEvent["type"];

/** Query of `GET /api/webhooks/dead-letters`. `cursor`: `nextCursor` of the page before. */
export const listDeadLettersQuerySchema = z.strictObject({
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  /** 1 to 200; 50 without it. */
  limit: z.optional(z.string().check(z.regex(/^([1-9]\d?|1\d\d|200)$/))),
});

/** Reply of `GET /api/webhooks/dead-letters`: webhooks that are tried no more, the last given up first. */
export const deadLetterListSchema = z.object({
  deadLetters: z.array(
    z.object({
      id: z.string(),
      /** The webhook's `webhook-id`. */
      eventId: z.string(),
      type: z.string(),
      sessionId: z.string(),
      endpoint: z.string(),
      createdAt: time,
      givenUpAt: time,
      attempts: z.number(),
      /** Of the last attempt: `http_` and a status, `timed_out`, `unreachable`, `private_address`; `null`: none was made. */
      failure: z.nullable(z.string()),
    }),
  ),
  nextCursor: z.nullable(z.string()),
});
export type DeadLetterList = z.infer<typeof deadLetterListSchema>;
