import * as z from "zod/mini";

/**
 * A session's id: one the server issued (`ses_…`), or a name the client chose, which counts only within its own tenant
 * and person. Letters, digits and `._:-`, 1 to 128 of them.
 */
export const sessionIdSchema = z.string().check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/));
