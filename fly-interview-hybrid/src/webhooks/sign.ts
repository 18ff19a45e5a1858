import { createHmac } from "node:crypto";
import type { Delivery } from "../records/webhooks.ts";

/** The headers of Standard Webhooks for one attempt: a signature by each secret, so that secrets can be changed. */
export function signedHeaders(
  { eventId, body }: Pick<Delivery, "eventId" | "body">,
  secrets: readonly string[],
  now: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const signed = `${eventId}.${timestamp}.${body}`;
  return {
    "webhook-id": eventId,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets.map((secret) => `v1,${signatureOf(signed, secret)}`).join(" "),
  };
}

function signatureOf(signed: string, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return createHmac("sha256", key).update(signed).digest("base64");
}
