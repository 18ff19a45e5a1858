import { Refusal } from "./refusal.ts";

/** A webhook that is older, or that much from the future, may be one that somebody sends again; in seconds. */
const TOLERANCE_SECONDS = 300;

const HMAC = { name: "HMAC", hash: "SHA-256" };

/**
 * Checks that a body, byte for byte, is signed by one of the secrets (`whsec_…`), as Standard Webhooks says. Throws
 * UNAUTHENTICATED. `now`: milliseconds since the epoch.
 */
export async function checkSignature(
  headers: Headers,
  rawBody: string,
  secrets: readonly string[],
  now: number,
): Promise<void> {
  const [id, timestamp] = [headers.get("webhook-id"), headers.get("webhook-timestamp")];
  const isRecent = Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS;
  if (id === null || timestamp === null || !isRecent) throw new Refusal("UNAUTHENTICATED");
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${rawBody}`);
  const signatures = signaturesOf(headers.get("webhook-signature") ?? "");
  for (const secret of secrets) {
    const key = await crypto.subtle.importKey("raw", fromBase64(secret.replace(/^whsec_/, "")), HMAC, false, [
      "verify",
    ]);
    for (const signature of signatures) if (await crypto.subtle.verify("HMAC", key, signature, signed)) return;
  }
  throw new Refusal("UNAUTHENTICATED");
}

/** Those of version 1; no more than anybody has secrets at once. */
function signaturesOf(header: string): readonly Uint8Array<ArrayBuffer>[] {
  const found = [...header.matchAll(/(?:^| )v1,([A-Za-z0-9+/]{43}=)(?= |$)/g)];
  return found.slice(0, 8).map(([, encoded = ""]) => fromBase64(encoded));
}

function fromBase64(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}
