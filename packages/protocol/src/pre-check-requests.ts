import * as z from "zod/mini";
import { redeemInvitationRequestSchema } from "./invitations.ts";

/** Body of `POST /api/pre-check`, which may be missing. `invitation`: the credential of who has no other. */
export const preCheckRequestSchema = z.optional(
  z.strictObject({ invitation: z.optional(redeemInvitationRequestSchema.shape.invitation) }),
);
export type PreCheckRequest = z.infer<typeof preCheckRequestSchema>;

/** Body of `POST /api/pre-check/call`. */
export const testCallRequestSchema = z.strictObject({
  invitation: z.optional(redeemInvitationRequestSchema.shape.invitation),
  sdpOffer: z.string(),
});
export type TestCallRequest = z.infer<typeof testCallRequestSchema>;
