import * as z from "zod/mini";

/** `nextCursor` of the page before. */
export const cursorSchema = z.string().check(z.minLength(1), z.maxLength(128));

/** How many entries a page has, in a query: 1 to 200. */
export const pageLimitSchema = z.string().check(z.regex(/^([1-9]\d?|1\d\d|200)$/));
