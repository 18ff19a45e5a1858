import { type ErrorCode, ERRORS } from "@interview-proxy/protocol";
import type { FastifyReply } from "fastify";
import * as z from "zod/mini";
import type { ProxyError } from "../../errors.ts";
import { sendRefusal } from "../http/send-refusal.ts";

/** An error as OpenAI's clients read it. */
const openAiErrorSchema = z.object({
  message: z.string(),
  type: z.string(),
  param: z.nullable(z.string()),
  code: z.string(),
});
export type OpenAiError = z.infer<typeof openAiErrorSchema>;

/** The body of a reply below `/v1` with an error status. */
export const openAiEnvelopeSchema = z.object({ error: openAiErrorSchema });

/** What OpenAI calls a call that is unknown or over, by voice API. */
export type UnknownCall = "call_id_not_found" | "session_id_not_found";

/** An error of the table in OpenAI's terms: its code stays ours, apart from the one that clients look for. */
export function toOpenAiError({ code, message, facts }: ProxyError, unknownCall: UnknownCall): OpenAiError {
  const { rule, line, field } = facts;
  const where = rule === undefined ? "" : ` Rule: ${rule}${line === undefined ? "" : `, line ${line}`}.`;
  const isUnknownCall = code === "CALL_NOT_FOUND";
  return {
    message: message + where,
    type: typeOf(ERRORS[code].http),
    // Recorded: empty, not null.
    param: isUnknownCall ? "" : (field ?? null),
    code: toOpenAiCode(code, unknownCall),
  };
}

/** A code of the table as OpenAI's clients are told it. */
export function toOpenAiCode(code: ErrorCode, unknownCall: UnknownCall): string {
  return code === "CALL_NOT_FOUND" ? unknownCall : code;
}

/** Answers with the table's status and OpenAI's body. */
export function sendEnvelope(
  reply: FastifyReply,
  error: ProxyError,
  unknownCall: UnknownCall = "call_id_not_found",
): void {
  const { code } = error;
  // Left to themselves, OpenAI's clients send whatever failed with a 5xx twice more, and each may be a call that is billed.
  const mayRetry = ERRORS[code].retryable && !code.startsWith("UPSTREAM_");
  void reply.header("x-should-retry", String(mayRetry));
  sendRefusal(reply, error, (refused) => ({ error: toOpenAiError(refused, unknownCall) }));
}

function typeOf(status: number): string {
  if (status === 429) return "requests";
  return status < 500 ? "invalid_request_error" : "server_error";
}
