import * as z from "zod/mini";

/** Who spoke; `unknown` only in a gap of which nobody can tell. */
export const turnRoleSchema = z.enum(["candidate", "interviewer", "unknown"]);
export type TurnRole = z.infer<typeof turnRoleSchema>;

/**
 * How much of a turn is known. `complete`: all that was said; `interrupted`: the interviewer was cut off; `failed`: the
 * candidate spoke, and the words could not be made out; `gap`: something was or may have been said whose words could not
 * be had, or only in part.
 */
export const turnStatusSchema = z.enum(["complete", "interrupted", "failed", "gap"]);
export type TurnStatus = z.infer<typeof turnStatusSchema>;
