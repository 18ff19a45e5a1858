import type { FastifyReply, FastifyRequest } from "fastify";
import type { Timers } from "../clock.ts";
import { type Fault, type FaultQueue, faultSchema } from "../faults.ts";
import { parseJson } from "../json-text.ts";
import { type ApiError, forbidden, incorrectKey, invalidRequest, rateLimited, serverError } from "./api-error.ts";

const HEADER = "x-simulator-fault";

/** What may be wrong with an answer of status 201. */
export type MalformedForm = Extract<Fault, { kind: "malformed_answer" }>["form"];

/**
 * The fault that a create meets: its own by header, else the next in the queue.
 *
 * @throws ApiError when the header is no fault
 */
export function takeFault(request: FastifyRequest, queue: FaultQueue): Fault | undefined {
  const header = request.headers[HEADER];
  if (header === undefined) {
    return queue.take();
  }
  const parsed = faultSchema.safeParse(parseJson(String(header)));
  if (!parsed.success) {
    throw invalidRequest("invalid_value", `Invalid value for '${HEADER}'.`, HEADER);
  }
  return parsed.data;
}

/**
 * Plays a fault before the call is made.
 *
 * @returns "unanswered" when the request must be left alone from here
 * @throws ApiError when the fault is a refusal
 */
export async function playBefore(
  fault: Fault | undefined,
  { request, reply, timers }: { request: FastifyRequest; reply: FastifyReply; timers: Timers },
): Promise<"go_on" | "unanswered"> {
  if (fault?.kind === "http") {
    throw REFUSALS[fault.status](request, fault.retryAfterSeconds);
  }
  if (fault?.kind === "latency") {
    await delay(fault.ms, timers);
  }
  return (fault?.kind === "hang" || fault?.kind === "reset") && fault.afterCreate !== true
    ? leaveUnanswered(fault.kind, reply)
    : "go_on";
}

/** Plays a fault after the call is made: how its answer is to be spoiled, or "unanswered". */
export async function playAfter(
  fault: Fault | undefined,
  { reply, timers }: { reply: FastifyReply; timers: Timers },
): Promise<{ readonly malformed?: MalformedForm } | "unanswered"> {
  if (fault?.kind === "hang" || fault?.kind === "reset") {
    return leaveUnanswered(fault.kind, reply);
  }
  if (fault?.kind === "late_answer") {
    await delay(fault.ms, timers);
  }
  return fault?.kind === "malformed_answer" ? { malformed: fault.form } : {};
}

function leaveUnanswered(kind: "hang" | "reset", reply: FastifyReply): "unanswered" {
  reply.hijack();
  if (kind === "reset") {
    reply.raw.socket?.resetAndDestroy();
  }
  return "unanswered";
}

type HttpFault = Extract<Fault, { kind: "http" }>;

const REFUSALS: Record<HttpFault["status"], (request: FastifyRequest, retryAfterSeconds?: number) => ApiError> = {
  401: (request) => incorrectKey((request.headers.authorization ?? "").replace(/^Bearer\s+/i, "")),
  403: () => forbidden(),
  429: (_request, retryAfterSeconds) => rateLimited(retryAfterSeconds),
  500: (_request, retryAfterSeconds) => serverError(500, retryAfterSeconds),
  503: (_request, retryAfterSeconds) => serverError(503, retryAfterSeconds),
};

function delay(ms: number, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve);
  });
}
