import * as z from "zod/mini";
import { sessionIdSchema } from "./session-id.ts";
import { traceparentSchema } from "./traceparent.ts";

/** Opens a session, or comes back to one with its `resumeToken`. Every field is optional. */
export const initSchema = z.strictObject({
  type: z.literal("init"),
  sessionId: z.optional(sessionIdSchema),
  /** A persona's name or a bare voice name such as `alloy`. */
  aiPersona: z.optional(z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/))),
  /** The token of the last `initialized` or `/api/sdp-exchange` reply. */
  resumeToken: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
  /** The highest `seq` the client has seen. */
  lastSeq: z.optional(z.int().check(z.nonnegative())),
  /** The protocol version the client speaks. */
  protocol: z.optional(z.int().check(z.positive())),
  /** Makes the connect that follows a part of the client's own trace; see docs/observability.md. */
  traceparent: z.optional(traceparentSchema),
});
