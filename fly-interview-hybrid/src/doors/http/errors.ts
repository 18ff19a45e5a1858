import { ERRORS, type ErrorCode, type HttpError } from "@interview-proxy/protocol";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProxyError, toProxyError } from "../../errors.ts";
import type { Logger } from "../../ops/log.ts";
import { reportError } from "../report-error.ts";

/** Fastify's own refusals, in terms of the table. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "MESSAGE_TOO_LARGE",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "INVALID_MESSAGE",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "INVALID_MESSAGE",
  FST_ERR_CTP_EMPTY_JSON_BODY: "BAD_JSON",
};

/** Answers every failure with the table's status and body. */
export function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const code = CODES[thrown.code] ?? codeOfStatus(thrown, request);
    const error = code === undefined ? toProxyError(thrown) : new ProxyError(code, { cause: thrown });
    reportError(log, error, request.id);
    sendError(reply, error, request.id);
  });
  app.setNotFoundHandler((request, reply) => sendError(reply, new ProxyError("NOT_FOUND"), request.id));
}

/** Refusals of Fastify's plugins, such as the file server's of a path that leaves its folder. */
function codeOfStatus({ statusCode = 500 }: FastifyError, { method }: FastifyRequest): ErrorCode | undefined {
  if (statusCode < 400 || statusCode > 499) return undefined;
  return method === "GET" || method === "HEAD" ? "NOT_FOUND" : "INVALID_MESSAGE";
}

/** For URLs that Fastify cannot route at all: broken escapes, parts too long. */
export function refuseBadUrl(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  sendError(reply, new ProxyError("NOT_FOUND"), request.id);
}

function sendError(reply: FastifyReply, error: ProxyError, requestId: string): void {
  const body: HttpError = { error: error.toBody(requestId) };
  if (error.facts.retryAfterMs !== undefined)
    void reply.header("retry-after", Math.ceil(error.facts.retryAfterMs / 1000));
  void reply.code(ERRORS[error.code].http).send(body);
}
