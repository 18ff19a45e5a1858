import * as z from "zod/mini";

/** Ids of the provider are some 30 characters; what is longer is none, and would only fill memory. */
const MAX_ID_LENGTH = 128;
export const providerId = z.string().check(z.minLength(1), z.maxLength(MAX_ID_LENGTH));

/** The same where a schema would take too long. */
export function isProviderId(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_ID_LENGTH;
}

/** What the provider leaves out, or sends in another form, is as good as none: it must not cost the event. */
export function lenient<T>(schema: z.ZodMiniType<T>): z.ZodMiniType<T | undefined> {
  const other = z.pipe(
    z.unknown(),
    z.transform(() => undefined),
  );
  return z.optional(z.union([schema, other]));
}

/** `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
