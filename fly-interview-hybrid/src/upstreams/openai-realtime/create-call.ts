import type { Dispatcher } from "undici";
import type { CallCreation, CreateCall, CreatedCall } from "../upstream.ts";
import { UpstreamError } from "../upstream.ts";
import type { Api } from "./api.ts";
import { toMultipart } from "./multipart.ts";
import { toUpstreamError } from "./refusals.ts";
import { toSessionConfig } from "./session-config.ts";

/** Answers are a few KiB; more than this is no SDP and is not read to its end. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** `POST …/realtime/calls` in its multipart form, with the project key. */
export function createCall(api: Api, create: CreateCall, timeoutMs: number): CallCreation {
  const { contentType, body } = toMultipart({ sdp: create.offerSdp, session: toSessionConfig(create.plan) });
  const response = api.request({
    method: "POST",
    path: "/realtime/calls",
    timeoutMs,
    headers: {
      "content-type": contentType,
      accept: "application/sdp",
      "openai-safety-identifier": create.safetyIdentifier,
    },
    body,
  });
  return {
    answerBegun: response.then(
      ({ headers }) => toCallId(headers.location),
      () => undefined,
    ),
    call: response.then(readReply, (cause: unknown) => {
      throw toTransportError(cause);
    }),
  };
}

async function readReply(response: Dispatcher.ResponseData): Promise<CreatedCall> {
  const callId = toCallId(response.headers.location);
  const body = await readBody(response, callId);
  if (response.statusCode < 200 || response.statusCode > 299) {
    throw toUpstreamError(response.statusCode, body, String(response.headers["retry-after"] ?? ""));
  }
  // The content type says text/plain on the real service, whatever its documentation says, so it is not looked at.
  if (callId === undefined) throw new UpstreamError("UPSTREAM_BAD_ANSWER", { possibleOrphan: true });
  if (!body.startsWith("v=0")) throw new UpstreamError("UPSTREAM_BAD_ANSWER", { callId });
  return { callId, answerSdp: body };
}

async function readBody(response: Dispatcher.ResponseData, callId: string | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new Error("The answer is too large.");
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new UpstreamError("UPSTREAM_BAD_ANSWER", { cause, callId, possibleOrphan: callId === undefined });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The last segment of `Location`, which has been seen relative, absolute, with a query and with `calls/` doubled. */
function toCallId(location: string | string[] | undefined): string | undefined {
  const last = String(location ?? "")
    .split("?", 1)[0]
    ?.split("/")
    .at(-1);
  return last !== undefined && /^rtc_[A-Za-z0-9_-]{8,128}$/.test(last) ? last : undefined;
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

function toTransportError(cause: unknown): UpstreamError {
  const code = String((cause as { code?: unknown }).code);
  return new UpstreamError(TIMEOUTS.has(code) ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNAVAILABLE", {
    cause,
    possibleOrphan: !BEFORE_SENDING.has(code),
  });
}
