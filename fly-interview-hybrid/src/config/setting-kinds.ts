import { createPrivateKey } from "node:crypto";
import * as z from "zod/mini";
import { type MasterKey, masterKeysSchema } from "./master-keys.ts";

/** One environment variable: how its text is read, and what an operator is told about it. */
export interface Setting<T> {
  readonly schema: z.ZodMiniType<T, string>;
  /** Text taken when the variable is unset or empty; without one the setting is `undefined` then. */
  readonly default: string | undefined;
  /** Completes the sentence "NAME must be …". */
  readonly expects: string;
  readonly description: string;
}

interface Spec<D extends string | undefined> {
  readonly default: D;
  readonly description: string;
}

type Value<T, D> = D extends string
  ? Setting<T> & { readonly default: string }
  : Setting<T> & { readonly default: undefined };

/** A whole number in a range. */
export function integer<D extends string | undefined>(min: number, max: number, spec: Spec<D>): Value<number, D> {
  const schema = z.pipe(
    z.pipe(
      z.string().check(z.regex(/^\d{1,12}$/)),
      z.transform((digits: string) => Number(digits)),
    ),
    z.number().check(z.minimum(min), z.maximum(max)),
  );
  return { ...spec, schema, expects: `a whole number from ${min} to ${max}` } as Value<number, D>;
}

/** A number above 0, with or without a fraction. */
export function amount<D extends string | undefined>(spec: Spec<D>): Value<number, D> {
  const schema = z.pipe(
    z.pipe(
      z.string().check(z.regex(/^\d{1,12}(\.\d{1,6})?$/)),
      z.transform((digits: string) => Number(digits)),
    ),
    z.number().check(z.positive()),
  );
  return { ...spec, schema, expects: "a number above 0" } as Value<number, D>;
}

/** Whole numbers in a range, separated by commas. */
export function integers<D extends string | undefined>(
  min: number,
  max: number,
  spec: Spec<D>,
): Value<readonly number[], D> {
  const schema = z.pipe(
    z.pipe(
      separatedByCommas(/^\d{1,12}$/),
      z.transform((words: string[]) => words.map(Number)),
    ),
    z.array(z.number().check(z.minimum(min), z.maximum(max))),
  );
  const expects = `whole numbers from ${min} to ${max}, separated by commas`;
  return { ...spec, schema, expects } as unknown as Value<readonly number[], D>;
}

/** `true` or `false`. */
export function flag<D extends string | undefined>(spec: Spec<D>): Value<boolean, D> {
  const schema = z.pipe(
    z.string().check(z.regex(/^(true|false)$/)),
    z.transform((value: string) => value === "true"),
  );
  return { ...spec, schema, expects: "true or false" } as unknown as Value<boolean, D>;
}

/** One word of a list. */
export function choice<const W extends string, D extends string | undefined>(
  words: readonly W[],
  spec: Spec<D>,
): Value<W, D> {
  return {
    ...spec,
    schema: z.enum(words as readonly [W, ...W[]]),
    expects: `one of ${words.join(", ")}`,
  } as unknown as Value<W, D>;
}

/** Words of a list, separated by commas. */
export function choices<const W extends string, D extends string | undefined>(
  words: readonly W[],
  spec: Spec<D>,
): Value<readonly W[], D> {
  const schema = z.pipe(separatedByCommas(/./), z.array(z.enum(words as readonly [W, ...W[]])));
  return { ...spec, schema, expects: `some of ${words.join(", ")}, separated by commas` } as unknown as Value<
    readonly W[],
    D
  >;
}

/** Text of at least `min` characters. */
export function text<D extends string | undefined>(min: number, spec: Spec<D>): Value<string, D> {
  const expects = min > 1 ? `text of at least ${min} characters` : "text";
  return { ...spec, schema: z.string().check(z.minLength(min)), expects } as unknown as Value<string, D>;
}

/** The name of a header (RFC 9110), in small letters as Node has it. */
export function headerName<D extends string | undefined>(spec: Spec<D>): Value<string, D> {
  const schema = z.pipe(
    z.string().check(z.regex(/^[\w!#$%&'*+.^`|~-]+$/)),
    z.transform((name: string) => name.toLowerCase()),
  );
  return { ...spec, schema, expects: "the name of a header" } as unknown as Value<string, D>;
}

/** An absolute http or https URL. A final slash is taken off, so that paths can be appended. */
export function httpUrl<D extends string | undefined>(spec: Spec<D>): Value<string, D> {
  const schema = z.pipe(
    z.string().check(z.refine((value) => /^https?:\/\//.test(value) && URL.canParse(value))),
    z.transform((value: string) => value.replace(/(?<!\/)\/+$/, "")),
  );
  return { ...spec, schema, expects: "an http:// or https:// URL" } as unknown as Value<string, D>;
}

/** Absolute http or https URLs without credentials in them, separated by commas, each once. */
export function httpUrls<D extends string | undefined>(spec: Spec<D>): Value<readonly string[], D> {
  const schema = z.pipe(separatedByCommas(/^https?:\/\/./), z.array(z.string().check(z.refine(isPlainUrl))));
  const expects = "http:// or https:// URLs, separated by commas, without credentials in them";
  return { ...spec, schema, expects } as unknown as Value<readonly string[], D>;
}

function isPlainUrl(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && url.username === "" && url.password === "" && url.hash === "";
}

/** Secrets of Standard Webhooks, separated by commas: `whsec_` and the base64 of 24 to 64 bytes. */
export function webhookSecrets<D extends string | undefined>(spec: Spec<D>): Value<readonly string[], D> {
  const schema = z.pipe(
    separatedByCommas(/^whsec_([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
    z.array(z.string().check(z.minLength("whsec_".length + 32), z.maxLength("whsec_".length + 88))),
  );
  const expects = "`whsec_` and the base64 of 24 to 64 bytes, or several of those separated by commas";
  return { ...spec, schema, expects } as unknown as Value<readonly string[], D>;
}

/** Where a Redis is: a redis or rediss URL. */
export function redisUrl<D extends string | undefined>(spec: Spec<D>): Value<string, D> {
  const schema = z.string().check(z.refine((value) => /^rediss?:\/\//.test(value) && URL.canParse(value)));
  return { ...spec, schema, expects: "a redis:// or rediss:// URL" } as unknown as Value<string, D>;
}

/** At least one word, separated by commas; spaces around them do not count. */
export function list<D extends string | undefined>(spec: Spec<D>): Value<readonly string[], D> {
  return { ...spec, schema: separatedByCommas(/./), expects: "words separated by commas" } as unknown as Value<
    readonly string[],
    D
  >;
}

/** Origins separated by commas; `*` may stand for a port or for one label of the host's name. */
export function origins<D extends string | undefined>(spec: Spec<D>): Value<readonly string[], D> {
  const schema = separatedByCommas(/^https?:\/\/([a-z0-9*.-]+|\[[0-9a-f:]+\])(:(\d{1,5}|\*))?$/i);
  const expects = "origins such as https://jobs.example or http://localhost:*, separated by commas, without a path";
  return { ...spec, schema, expects } as unknown as Value<readonly string[], D>;
}

function separatedByCommas(form: RegExp): z.ZodMiniType<string[], string> {
  return z.pipe(
    z.pipe(
      z.string(),
      z.transform((value: string) => value.split(",").map((word) => word.trim())),
    ),
    z.array(z.string().check(z.regex(form))),
  );
}

/** A private key for Ed25519 signatures, as PKCS #8 in base64. */
export function signingKey<D extends string | undefined>(spec: Spec<D>): Value<string, D> {
  const schema = z.string().check(z.refine(isSigningKey));
  const expects =
    "the base64 of a PKCS #8 Ed25519 key, as `openssl genpkey -algorithm ed25519 -outform DER | base64 -w0` prints it";
  return { ...spec, schema, expects } as unknown as Value<string, D>;
}

function isSigningKey(encoded: string): boolean {
  try {
    const key = createPrivateKey({ key: Buffer.from(encoded, "base64"), format: "der", type: "pkcs8" });
    return key.asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}

/** Keys that seal other secrets, each under a name. */
export function masterKeys<D extends string | undefined>(spec: Spec<D>): Value<readonly MasterKey[], D> {
  const expects = "a name, a colon and the base64 of 32 bytes, or several of those separated by commas";
  return { ...spec, schema: masterKeysSchema, expects } as unknown as Value<readonly MasterKey[], D>;
}

/** JSON text of a given shape. */
export function json<T, D extends string | undefined>(
  shape: z.ZodMiniType<T>,
  expects: string,
  spec: Spec<D>,
): Value<T, D> {
  const schema = z.pipe(
    z.pipe(
      z.string(),
      z.transform((value: string, context) => {
        try {
          return JSON.parse(value) as unknown;
        } catch {
          context.issues.push({ code: "custom", message: "not JSON", input: undefined });
          return z.NEVER;
        }
      }),
    ),
    shape,
  );
  return { ...spec, schema, expects } as unknown as Value<T, D>;
}
