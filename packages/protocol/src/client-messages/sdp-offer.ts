import * as z from "zod/mini";
import { sessionIdSchema } from "./session-id.ts";

/**
 * Asks for a call. Without a prior `init` one is implied. The SDP is judged byte by byte later; here it is only a
 * string, so that its own rules can name the line at fault.
 */
export const sdpOfferSchema = z.strictObject({
  type: z.literal("sdp_offer"),
  sessionId: z.optional(sessionIdSchema),
  offer: z.union([z.string(), z.strictObject({ type: z.literal("offer"), sdp: z.string() })]),
});
