import type { FastifyReply, FastifyRequest } from "fastify";
import type { Call } from "../calls/call.ts";
import type { CallFactory } from "../calls/call-factory.ts";
import type { CallRegistry } from "../calls/call-registry.ts";
import type { CallRequest } from "../calls/call-report.ts";
import type { Timers } from "../clock.ts";
import { type FaultQueue, isCallFault } from "../faults.ts";
import { OfferError } from "../peer/offer.ts";
import { ApiError, invalidRequest, rateLimited } from "./api-error.ts";
import type { ApiKeys, Caller } from "./api-keys.ts";
import { type MalformedForm, playAfter, playBefore, takeFault } from "./creation-faults.ts";

/** What the routes about calls work with. */
export interface CallRoutesOptions {
  readonly keys: ApiKeys;
  readonly calls: CallRegistry;
  readonly createCall: CallFactory;
  readonly faults: FaultQueue;
  readonly timers: Timers;
  readonly maxCalls: number;
}

/** A call that was made, as it is to be answered. */
export interface CallToAnswer {
  readonly call: Call;
  readonly answerSdp: string;
  /** How the answer is to be spoiled; absent: not at all. */
  readonly malformed?: MalformedForm;
}

/**
 * Makes the call that a request asks for, with the fault that the request meets.
 *
 * @param read - reads the request, in the form of its API
 * @returns "unanswered" when the request must be left alone
 * @throws ApiError
 */
export async function createCall(
  options: CallRoutesOptions,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  read: (caller: Caller) => Promise<CallRequest>,
): Promise<CallToAnswer | "unanswered"> {
  const { timers } = options;
  const caller = identify(options.keys, request);
  const fault = takeFault(request, options.faults);
  if ((await playBefore(fault, { request, reply, timers })) === "unanswered") {
    return "unanswered";
  }
  const form = await read(caller);
  if (options.calls.liveCount >= options.maxCalls) {
    throw rateLimited();
  }
  const created = await options.createCall(form).catch(explainOfferError);
  if (fault !== undefined && isCallFault(fault)) {
    created.call.applyFault(fault);
  }
  const outcome = await playAfter(fault, { reply, timers });
  return outcome === "unanswered" ? outcome : { ...created, ...outcome };
}

/**
 * Who a request comes from.
 *
 * @throws ApiError
 */
export function identify(keys: ApiKeys, request: FastifyRequest): Caller {
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
