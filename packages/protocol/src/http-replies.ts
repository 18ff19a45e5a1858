import * as z from "zod/mini";
import { errorBodySchema } from "./server-messages.ts";

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
