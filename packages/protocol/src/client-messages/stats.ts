import * as z from "zod/mini";

/** How good the connection of the call is, as the page sees it. `lost`: nothing arrives at present. */
export const connectionQualitySchema = z.enum(["good", "poor", "lost"]);
export type ConnectionQuality = z.infer<typeof connectionQualitySchema>;

const milliseconds = z.number().check(z.minimum(0), z.maximum(60_000));

/** Body of `POST /api/sessions/{id}/stats`. A figure is left out where the browser does not have it. */
export const statsRequestSchema = z.strictObject({
  quality: connectionQualitySchema,
  /** Round trip of the call's media, in milliseconds. */
  rttMs: z.optional(milliseconds),
  /** Packets lost since the last report, of 100. */
  lossPercent: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
  jitterMs: z.optional(milliseconds),
});
export type StatsRequest = z.infer<typeof statsRequestSchema>;

/** The quality of the call's connection, every few seconds. The last one is kept while the session runs. */
export const statsSchema = z.strictObject({ type: z.literal("stats"), ...statsRequestSchema.shape });
