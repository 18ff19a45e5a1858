import { ERRORS } from "@interview-proxy/protocol";
import type { FastifyReply } from "fastify";
import type { ProxyError } from "../../errors.ts";

/** The head of a refusal: its status, and when to come again. */
export function beginRefusal(reply: FastifyReply, { code, facts }: ProxyError): FastifyReply {
  if (facts.retryAfterMs !== undefined) void reply.header("retry-after", Math.ceil(facts.retryAfterMs / 1000));
  return reply.code(ERRORS[code].http);
}
