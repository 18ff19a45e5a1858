import * as z from "zod/mini";

/** Asks for a `pong`, to measure the round trip or to keep a connection open. */
export const pingSchema = z.strictObject({ type: z.literal("ping") });
