import * as z from "zod/mini";

/**
 * Of which trace a connect is a part, as the header `traceparent` of W3C Trace Context names it: `00`, 32 and 16 hexadecimal
 * digits for the trace and for the sender's part of it, and flags, joined by hyphens.
 */
export const traceparentSchema = z
  .string()
  .check(z.regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/));
