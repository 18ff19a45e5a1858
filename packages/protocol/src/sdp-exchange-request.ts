import * as z from "zod/mini";
import { initSchema } from "./client-messages/init.ts";
import { sessionIdSchema } from "./client-messages/session-id.ts";

/** Body of `POST /api/sdp-exchange`: the HTTP door's `init` and `sdp_offer` in one. */
export const sdpExchangeRequestSchema = z.strictObject({
  sessionId: z.optional(sessionIdSchema),
  sdpOffer: z.string(),
  aiPersona: initSchema.shape.aiPersona,
});
export type SdpExchangeRequest = z.infer<typeof sdpExchangeRequestSchema>;
