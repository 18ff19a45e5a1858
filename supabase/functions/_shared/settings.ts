import * as z from "zod/mini";

/** The function's environment as text. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const httpUrl = z.pipe(
  z.string().check(z.refine((value) => /^https?:\/\//.test(value) && URL.canParse(value))),
  z.transform((value: string) => value.replace(/\/+$/, "")),
);

export const words = z.pipe(
  z.string().check(z.minLength(1)),
  z.transform((value: string) => value.split(",").map((word) => word.trim())),
);

/** Of every function: what Supabase itself sets. */
export const projectShape = {
  SUPABASE_URL: httpUrl,
  SUPABASE_SERVICE_ROLE_KEY: z.string().check(z.minLength(1)),
};

/** Reads settings. Throws an error that names those that are missing or wrong, and no value. An empty one counts as unset. */
export function readSettings<T>(schema: z.ZodMiniType<T>, environment: Environment): T {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = z.safeParse(schema, given);
  if (result.success) return result.data;
  const names = new Set(result.error.issues.map(({ path }) => String(path[0])));
  throw new Error(`Missing or wrong: ${[...names].join(", ")}. See docs/supabase.md.`);
}
