import * as z from "zod/mini";

/** Body of `POST /api/sessions/{id}/mute`. */
export const muteRequestSchema = z.strictObject({ muted: z.boolean() });
export type MuteRequest = z.infer<typeof muteRequestSchema>;

/** The candidate has muted the microphone, or speaks again. The page does the muting; this only tells whoever watches. */
export const muteSchema = z.strictObject({ type: z.literal("mute"), ...muteRequestSchema.shape });
