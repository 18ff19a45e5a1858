/** A value of which there is only one text. */
export type Canonical = string | number | boolean | null | { readonly [key: string]: Canonical };

/** JSON with sorted keys and no space, so that equal values have equal bytes. The form of RFC 8785, for what is used here. */
export function canonicalJson(value: Canonical): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(",")}}`;
}
