/** How a key is sent: `api-key` is Azure's own way, for keys of a resource. */
export type KeyHeader = "bearer" | "api-key";

export function keyHeaders(key: string, how: KeyHeader): Readonly<Record<string, string>> {
  return how === "bearer" ? { authorization: `Bearer ${key}` } : { "api-key": key };
}
