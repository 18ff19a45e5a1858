import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { CallFactory } from "../calls/call-factory.ts";
import type { CallRegistry } from "../calls/call-registry.ts";
import type { Timers } from "../clock.ts";
import { type FaultQueue, isCallFault } from "../faults.ts";
import { OfferError } from "../peer/offer.ts";
import { ApiError, callNotFound, invalidRequest, rateLimited } from "./api-error.ts";
import type { ApiKeys, Caller } from "./api-keys.ts";
import { readCallForm } from "./call-form.ts";
import { playAfter, playBefore, takeFault } from "./creation-faults.ts";

/** What the routes about calls work with. */
export interface CallRoutesOptions {
  readonly keys: ApiKeys;
  readonly calls: CallRegistry;
  readonly createCall: CallFactory;
  readonly faults: FaultQueue;
  readonly timers: Timers;
  readonly maxCalls: number;
}

/** As recorded; a browser reads `Location` only where it is exposed. */
const RECORDED_HEADERS = {
  "access-control-expose-headers": ["Location, X-Request-Id", "CF-Ray"],
  "timing-allow-origin": "*",
  "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
  "alt-svc": 'h3=":443"; ma=86400',
};

const CALLS_PATH = "/v1/realtime/calls";

/** `POST /v1/realtime/calls` and its hangup. */
export function addCallRoutes(app: FastifyInstance, options: CallRoutesOptions): void {
  app.post(CALLS_PATH, { onRequest: allowAnyOrigin }, (request, reply) => createCall(options, request, reply));

  // Browsers ask first, since the key is in a header.
  app.options(CALLS_PATH, { onRequest: allowAnyOrigin }, (request, reply) =>
    reply
      .header("access-control-allow-methods", "POST")
      .header("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*")
      .code(200)
      .send(),
  );

  app.post<{ Params: { id: string } }>(`${CALLS_PATH}/:id/hangup`, (request, reply) => {
    const caller = identify(options.keys, request);
    const call = options.calls.find(request.params.id);
    // Calls are their project's: whoever has a client secret could end the calls of others.
    if (call === undefined || caller.kind === "client_secret") {
      throw callNotFound();
    }
    call.end("hangup");
    return reply.code(200).send();
  });
}

async function createCall(
  options: CallRoutesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const caller = identify(options.keys, request);
  const fault = takeFault(request, options.faults);
  if ((await playBefore(fault, { request, reply, timers: options.timers })) === "unanswered") {
    return reply;
  }
  const form = await readCallForm(request, caller);
  if (options.calls.liveCount >= options.maxCalls) {
    throw rateLimited();
  }
  const { call, answerSdp } = await options.createCall(form).catch(explainOfferError);
  if (fault !== undefined && isCallFault(fault)) {
    call.applyFault(fault);
  }
  const answer = { sdp: answerSdp, location: `${CALLS_PATH}/${call.id}` };
  const outcome = await playAfter(fault, answer, { reply, timers: options.timers });
  if (outcome === "unanswered") {
    return reply;
  }
  if (outcome.location !== undefined) {
    reply.header("location", outcome.location);
  }
  // Recorded: the answer is text/plain, whatever was asked for.
  return reply.code(201).headers(RECORDED_HEADERS).type("text/plain; charset=utf-8").send(outcome.body);
}

/** Before the body is read, so that a browser can read refusals of the body too. */
async function allowAnyOrigin(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header("access-control-allow-origin", "*");
}

function identify(keys: ApiKeys, request: FastifyRequest): Caller {
  const caller = keys.identify(request.headers.authorization);
  if (caller instanceof ApiError) {
    throw caller;
  }
  return caller;
}

function explainOfferError(error: unknown): never {
  throw error instanceof OfferError
    ? invalidRequest("invalid_offer", `Failed to parse offer: ${error.message}`)
    : error;
}
