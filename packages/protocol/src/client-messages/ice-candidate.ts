import * as z from "zod/mini";
import { sessionIdSchema } from "./session-id.ts";

/**
 * A trickled candidate, as `RTCIceCandidate.toJSON()` gives it. Accepted and dropped: the upstreams learn the client's
 * address from its own checks and need no trickle.
 */
export const iceCandidateSchema = z.strictObject({
  type: z.literal("ice_candidate"),
  sessionId: z.optional(sessionIdSchema),
  candidate: z.union([
    z.null(),
    z.string(),
    z.strictObject({
      candidate: z.optional(z.string()),
      sdpMid: z.optional(z.nullable(z.string())),
      sdpMLineIndex: z.optional(z.nullable(z.number())),
      usernameFragment: z.optional(z.nullable(z.string())),
    }),
  ]),
});
