import * as z from "zod/mini";
import { initSchema } from "./client-messages/init.ts";
import { sessionIdSchema } from "./client-messages/session-id.ts";
import { errorBodySchema } from "./server-messages.ts";

/** Body of `POST /api/sdp-exchange`: the HTTP door's `init` and `sdp_offer` in one. */
export const sdpExchangeRequestSchema = z.strictObject({
  sessionId: z.optional(sessionIdSchema),
  sdpOffer: z.string(),
  aiPersona: initSchema.shape.aiPersona,
});
export type SdpExchangeRequest = z.infer<typeof sdpExchangeRequestSchema>;

/** Reply of `POST /api/sdp-exchange`. `deadline` is ISO 8601, UTC. */
export const sdpExchangeResponseSchema = z.object({
  sessionId: z.string(),
  sdpAnswer: z.string(),
  callId: z.string(),
  resumeToken: z.string(),
  deadline: z.string(),
  /** Time until the deadline, for pages whose clock is wrong. */
  remainingSeconds: z.number(),
});
export type SdpExchangeResponse = z.infer<typeof sdpExchangeResponseSchema>;

/** Body of every HTTP reply with an error status. */
export const httpErrorSchema = z.object({ error: errorBodySchema });
export type HttpError = z.infer<typeof httpErrorSchema>;
