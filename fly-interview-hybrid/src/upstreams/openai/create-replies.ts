import type { Dispatcher } from "undici";
import { UpstreamError } from "../upstream.ts";
import { toUpstreamError } from "./refusals.ts";

/** Answers are a few KiB; more than this is no SDP and is not read to its end. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * The body of a create's reply. `callId`: the call that the head of the reply names, where it names one. Throws what a
 * refusal means, and UPSTREAM_BAD_ANSWER where the body cannot be read.
 */
export async function readCreateReply(response: Dispatcher.ResponseData, callId: string | undefined): Promise<string> {
  const body = await readBody(response, callId);
  if (response.statusCode >= 200 && response.statusCode <= 299) return body;
  throw toUpstreamError(response.statusCode, body, String(response.headers["retry-after"] ?? ""));
}

/** By its events: the iterator of a stream takes several promises for each part, and most answers are one part. */
function readBody({ body }: Dispatcher.ResponseData, callId: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) body.destroy(new Error("The answer is too large."));
      else chunks.push(chunk);
    });
    const fail = (cause: unknown): void =>
      reject(new UpstreamError("UPSTREAM_BAD_ANSWER", { cause, callId, possibleOrphan: callId === undefined }));
    body.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    body.once("error", fail);
    body.once("close", () => {
      if (!body.readableEnded) fail(new Error("The answer broke off."));
    });
  });
}

/** Failures that happen before the request is sent, so that no call can have come of it. */
const BEFORE_SENDING = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const TIMEOUTS = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** Why a request got no reply, in the terms of the error table. */
export function toTransportError(cause: unknown): UpstreamError {
  const code = String((cause as { code?: unknown }).code);
  return new UpstreamError(TIMEOUTS.has(code) ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNAVAILABLE", {
    cause,
    possibleOrphan: !BEFORE_SENDING.has(code),
  });
}
