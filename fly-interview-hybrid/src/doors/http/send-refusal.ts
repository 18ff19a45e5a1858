import { ERRORS } from "@interview-proxy/protocol";
import type { FastifyReply } from "fastify";
import type { ProxyError } from "../../errors.ts";

/** What a door says of an error. */
export type RefusalBody = (error: ProxyError, requestId: string) => object;

/** Answers with an error: the table's status, when to come again, and what the door says of it. */
export function sendRefusal(reply: FastifyReply, error: ProxyError, bodyOf: RefusalBody): void {
  const { request, server } = reply;
  server.repeatedRefusals.remember(reply, error, bodyOf);
  const { retryAfterMs } = error.facts;
  if (retryAfterMs !== undefined) void reply.header("retry-after", toRetryAfter(retryAfterMs));
  void reply.code(ERRORS[error.code].http).send(bodyOf(error, request.id));
}

/** Seconds, as the header has them. */
export function toRetryAfter(retryAfterMs: number): number {
  return Math.ceil(retryAfterMs / 1000);
}
