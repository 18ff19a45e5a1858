import * as z from "zod/mini";
import { sessionIdSchema } from "./session-id.ts";

/** Ends the session and its call. The server answers `disconnected` and closes with 1000. */
export const disconnectSchema = z.strictObject({
  type: z.literal("disconnect"),
  sessionId: z.optional(sessionIdSchema),
});
