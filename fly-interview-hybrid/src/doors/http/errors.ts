import type { ErrorCode, HttpError } from "@interview-proxy/protocol";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProxyError, toProxyError } from "../../errors.ts";
import type { Logger } from "../../ops/log.ts";
import { sendEnvelope } from "../openai/error-envelope.ts";
import { reportError } from "../report-error.ts";
import { type RefusalBody, sendRefusal } from "./send-refusal.ts";

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
    const error = toTableError(thrown, request);
    reportError(log, error, request.id);
    sendRefusal(reply, error, toBody);
  });
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, new ProxyError("NOT_FOUND"), toBody));
}

/** Whatever failed in a request, Fastify's own refusals among it, as an error of the table. */
export function toTableError(thrown: FastifyError, request: FastifyRequest): ProxyError {
  const code = CODES[thrown.code] ?? codeOfStatus(thrown, request);
  return code === undefined ? toProxyError(thrown) : new ProxyError(code, { cause: thrown });
}

/** Refusals of Fastify's plugins, such as the file server's of a path that leaves its folder. */
function codeOfStatus({ statusCode = 500 }: FastifyError, { method }: FastifyRequest): ErrorCode | undefined {
  if (statusCode < 400 || statusCode > 499) return undefined;
  return method === "GET" || method === "HEAD" ? "NOT_FOUND" : "INVALID_MESSAGE";
}

/** For URLs that Fastify cannot route at all: broken escapes, parts too long. */
export function refuseBadUrl(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const error = new ProxyError("NOT_FOUND");
  if (request.raw.url?.startsWith("/v1/") === true) sendEnvelope(reply, error);
  else sendRefusal(reply, error, toBody);
}

/** Answers what still comes when the server stops. Pages may read it where this is added behind the headers of CORS. */
export function refuseWhileClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async () => {
    if (isClosing) throw new ProxyError("DRAINING");
  });
}

/** What every door but that of OpenAI's surface says of an error. */
export const toBody: RefusalBody = (error, requestId): HttpError => ({ error: error.toBody(requestId) });
