import * as z from "zod/mini";
import { sessionIdSchema } from "./session-id.ts";

/**
 * Asks for a call. Without a prior `init` one is implied. The SDP is judged byte by byte later; here it is only a
 * string, so that its own rules can name the line at fault.
 */
export const sdpOfferSchema = z.strictObject({
  type: z.literal("sdp_offer"),
  sessionId: z.optional(sessionIdSchema),
  /** It is sent behind an `init` that is not answered yet, and implies none: where that is refused, this is dropped. */
  afterInit: z.optional(z.literal(true)),
  offer: z.union([z.string(), z.strictObject({ type: z.literal("offer"), sdp: z.string() })]),
});
