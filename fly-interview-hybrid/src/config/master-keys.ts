import * as z from "zod/mini";

/** A key that seals other secrets, under a name. */
export interface MasterKey {
  readonly id: string;
  /** 256 bits. */
  readonly key: Buffer;
}

const KEY_BYTES = 32;

/** `ID:BASE64`, or several of those separated by commas: the first one seals, all open. */
export const masterKeysSchema = z.pipe(
  z.pipe(
    z.string(),
    z.transform((value: string) => value.split(",").map((entry) => entry.trim())),
  ),
  z.pipe(
    z
      .array(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=$/)))
      .check(z.minLength(1), z.maxLength(4), z.refine(areDistinct)),
    z.transform((entries: string[]): readonly MasterKey[] => entries.map(toMasterKey)),
  ),
);

function toMasterKey(entry: string): MasterKey {
  const [id = "", encoded = ""] = entry.split(":");
  return { id, key: Buffer.from(encoded, "base64").subarray(0, KEY_BYTES) };
}

function areDistinct(entries: readonly string[]): boolean {
  return new Set(entries.map((entry) => entry.split(":", 1)[0])).size === entries.length;
}
