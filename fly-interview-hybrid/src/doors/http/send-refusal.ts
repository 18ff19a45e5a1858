import type { ServerResponse } from "node:http";
import { ERRORS } from "@interview-proxy/protocol";
import type { FastifyReply } from "fastify";
import type { ProxyError } from "../../errors.ts";

/** What a door says of an error. */
export type RefusalBody = (error: ProxyError, requestId: string) => object;

/** Answers with an error: the table's status, when to come again, and what the door says of it. */
export function sendRefusal(reply: FastifyReply, error: ProxyError, bodyOf: RefusalBody): void {
  const { request, server } = reply;
  server.repeatedRefusals.remember(request, error, { reply, bodyOf });
  const { retryAfterMs } = error.facts;
  if (retryAfterMs !== undefined) void reply.header("retry-after", toRetryAfter(retryAfterMs));
  void reply.code(ERRORS[error.code].http).send(bodyOf(error, request.id));
}

export interface PlainRefusal {
  readonly requestId: string;
  readonly bodyOf: RefusalBody;
  /** Beside those that it has anyway: names and values in turn, which costs the least to send. */
  readonly headers?: readonly string[];
}

/** The same past the framework, for what never was a request of it or is not worth becoming one. */
export function writeRefusal(response: ServerResponse, error: ProxyError, refusal: PlainRefusal): void {
  const { requestId, bodyOf, headers = [] } = refusal;
  const { retryAfterMs } = error.facts;
  const body = JSON.stringify(bodyOf(error, requestId));
  const own = {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    "x-request-id": requestId,
    ...(retryAfterMs === undefined ? {} : { "retry-after": String(toRetryAfter(retryAfterMs)) }),
  };
  response.writeHead(ERRORS[error.code].http, [...headers, ...Object.entries(own).flat()]).end(body);
}

/** Seconds, as the header has them. */
function toRetryAfter(retryAfterMs: number): number {
  return Math.ceil(retryAfterMs / 1000);
}
