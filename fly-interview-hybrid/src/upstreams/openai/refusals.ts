import * as z from "zod/mini";
import type { ErrorCode } from "@interview-proxy/protocol";
import { UpstreamError } from "../upstream.ts";
import { parseJson } from "./tolerant.ts";

const envelopeSchema = z.object({
  error: z.object({
    type: z.optional(z.nullable(z.string())),
    code: z.optional(z.nullable(z.string())),
    message: z.optional(z.nullable(z.string())),
  }),
});

/** What an operator may know of a refusal. The provider's message is left out: it quotes keys and offers. */
class Refusal extends Error {
  readonly code: string;

  constructor(status: number, code: string) {
    super("The voice service refused the request.");
    this.name = "Refusal";
    this.code = `${status} ${code}`;
  }
}

/** Turns a reply with an error status into an error of our table. */
export function toUpstreamError(status: number, body: string, retryAfter: string | undefined): UpstreamError {
  const said = readEnvelope(body);
  const cause = new Refusal(status, said.code);
  const retryAfterMs = retryAfter !== undefined && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
  return new UpstreamError(toCode(status, said), {
    cause,
    // A 5xx may come from in front of the service, after the call was made.
    possibleOrphan: status >= 500,
    ...(retryAfterMs === undefined ? {} : { facts: { retryAfterMs } }),
  });
}

function toCode(status: number, said: { code: string; speaksOfOffer: boolean }): ErrorCode {
  if (status === 401 || status === 403) return "UPSTREAM_UNAUTHORIZED";
  if (status === 429) return "UPSTREAM_RATE_LIMITED";
  if (status === 408 || status === 504) return "UPSTREAM_TIMEOUT";
  const refusedOffer = said.code === "invalid_offer" || said.speaksOfOffer;
  return (status === 400 || status === 422) && refusedOffer ? "UPSTREAM_REJECTED_SDP" : "UPSTREAM_UNAVAILABLE";
}

function readEnvelope(body: string): { code: string; speaksOfOffer: boolean } {
  const parsed = envelopeSchema.safeParse(parseJson(body));
  const error = parsed.success ? parsed.data.error : {};
  return {
    code: safeCode(error.code ?? error.type),
    speaksOfOffer: /\b(sdp|offer)\b/i.test(error.message ?? ""),
  };
}

/** The documented codes are words of this alphabet; anything else could quote what was sent. */
export function safeCode(code: unknown): string {
  return typeof code === "string" && /^[a-z_]{1,64}$/.test(code) ? code : "unknown";
}
