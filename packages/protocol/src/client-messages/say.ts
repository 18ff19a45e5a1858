import * as z from "zod/mini";
import { MAX_SAY_CHARACTERS } from "../limits.ts";

/** Body of `POST /api/sessions/{id}/say`. At least one character that is seen; of control characters, line ends and tabs. */
export const sayRequestSchema = z.strictObject({
  text: z
    .string()
    .check(z.minLength(1), z.maxLength(MAX_SAY_CHARACTERS), z.regex(/^(?=\s*\S)(?:[^\p{Cc}\p{Cs}]|[\t\n\r])+$/u)),
});
export type SayRequest = z.infer<typeof sayRequestSchema>;

/** The candidate's typed answer, when speaking fails. It becomes a `turn` that is `typed`. */
export const saySchema = z.strictObject({ type: z.literal("say"), ...sayRequestSchema.shape });
