import * as z from "zod/mini";
import { cursorSchema, pageLimitSchema } from "./paging.ts";
import { createSessionRequestSchema, personSchema } from "./session-requests.ts";

/** ISO 8601, UTC; `null`: not yet. */
const timeSchema = z.nullable(z.string());

/** Body of `POST /api/invitations`: the interview to which somebody is invited, as `POST /api/sessions` has it. */
export const createInvitationRequestSchema = z.extend(createSessionRequestSchema, {
  /** By then the interview has to be begun; `INVITATION_SECONDS` of the server without it. At most 90 days. */
  expiresInSeconds: z.optional(z.int().check(z.minimum(60), z.maximum(7_776_000))),
});
export type CreateInvitationRequest = z.infer<typeof createInvitationRequestSchema>;

/** Reply of `POST /api/invitations`. The text is nowhere else: who has it may hold the interview. */
export const createdInvitationSchema = z.object({
  invitationId: z.string(),
  /** What is redeemed. */
  invitation: z.string(),
  /** Link to it, for people; missing where the server knows no address for its page. */
  url: z.optional(z.string()),
  expiresAt: z.string(),
});
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>;

/** Body of `POST /api/invitations/redeem`. A text that was cut short is no fault of the form. */
export const redeemInvitationRequestSchema = z.strictObject({
  invitation: z.string().check(z.minLength(1), z.maxLength(1024)),
  /** The candidate has agreed to the interview as the page described it. The server keeps when it was told first. */
  consent: z.optional(z.literal(true)),
});
export type RedeemInvitationRequest = z.infer<typeof redeemInvitationRequestSchema>;

/** An invitation as the platform sees it, without its text. */
export const invitationSchema = z.object({
  invitationId: z.string(),
  person: z.string(),
  persona: z.string(),
  /** `open`: it can be redeemed for the first time; `redeemed`: it leads to its own interview, while that lasts. */
  status: z.enum(["open", "redeemed", "expired", "revoked"]),
  createdAt: z.string(),
  expiresAt: z.string(),
  redeemedAt: timeSchema,
  revokedAt: timeSchema,
  /** How often it was presented. */
  attempts: z.number(),
  /** The interview that it was redeemed for. */
  sessionId: z.nullable(z.string()),
  metadata: z.record(z.string(), z.string()),
});
export type Invitation = z.infer<typeof invitationSchema>;

/** Query of `GET /api/invitations`. `limit`: 1 to 200; 50 without it. */
export const listInvitationsQuerySchema = z.strictObject({
  person: z.optional(personSchema),
  cursor: z.optional(cursorSchema),
  limit: z.optional(pageLimitSchema),
});

/** Reply of `GET /api/invitations`, newest first. `nextCursor`: `null` on the last page. */
export const invitationListSchema = z.object({
  invitations: z.array(invitationSchema),
  nextCursor: z.nullable(z.string()),
});
export type InvitationList = z.infer<typeof invitationListSchema>;
