import * as z from "zod/mini";

/**
 * What was used up: counts of the voice service's own reports, in the order in which they are kept and shown. Cached tokens
 * are among the input tokens.
 */
export const usageSchema = z.object({
  responses: z.number(),
  /** Length of calls that are billed by time, as the voice service counts it. */
  voiceSeconds: z.number(),
  inputTextTokens: z.number(),
  inputAudioTokens: z.number(),
  cachedTextTokens: z.number(),
  cachedAudioTokens: z.number(),
  outputTextTokens: z.number(),
  outputAudioTokens: z.number(),
  /** Speech that was transcribed by the second, and by the token. */
  transcriptionSeconds: z.number(),
  transcriptionTokens: z.number(),
  /** In the currency of the server's price table in force when it was used; 0 where the table has no price. */
  money: z.number(),
  /** How often reports may have been missed: the counts are then less than what was used. */
  absences: z.number(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Query of `GET /api/usage`: calls begun from `since` on; all of them without it. */
export const usageQuerySchema = z.strictObject({ since: z.optional(z.iso.datetime({ offset: true })) });

/** Reply of `GET /api/usage`. `since` is ISO 8601, UTC, or `null`. */
export const usageReplySchema = z.object({ since: z.nullable(z.string()), usage: usageSchema });
export type UsageReply = z.infer<typeof usageReplySchema>;
