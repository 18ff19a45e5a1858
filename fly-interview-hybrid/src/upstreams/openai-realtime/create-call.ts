import type { Dispatcher } from "undici";
import type { Api } from "../openai/api.ts";
import { traceHeaders } from "../openai/trace-headers.ts";
import { readCreateReply, toTransportError } from "../openai/create-replies.ts";
import { type CallCreation, type CreateCall, type CreatedCall, UpstreamError } from "../upstream.ts";
import { mintSecret } from "./client-secret.ts";
import { toMultipart } from "./multipart.ts";
import { toSessionConfig } from "./session-config.ts";

interface CreationOptions {
  readonly createTimeoutMs: number;
  readonly callCreation: "multipart" | "client_secret";
}

/** `POST …/realtime/calls` in its multipart form with the project key, or as plain SDP with a short-lived one. */
export function createCall(
  api: Api,
  create: CreateCall,
  { createTimeoutMs, callCreation }: CreationOptions,
): CallCreation {
  const response =
    callCreation === "multipart"
      ? requestWithPlan(api, create, createTimeoutMs)
      : mintSecret(api, create, createTimeoutMs).then((secret) =>
          requestWithSecret(api, create, { secret, timeoutMs: createTimeoutMs }),
        );
  return {
    answerBegun: response.then(
      ({ headers }) => toCallId(headers.location),
      () => undefined,
    ),
    call: response.then(readReply, (cause: unknown) => {
      throw cause instanceof UpstreamError ? cause : toTransportError(cause);
    }),
  };
}

function requestWithPlan(api: Api, create: CreateCall, timeoutMs: number): Promise<Dispatcher.ResponseData> {
  const { contentType, body } = toMultipart({ sdp: create.offerSdp, session: toSessionConfig(create.plan) });
  return api.request({
    method: "POST",
    path: "/realtime/calls",
    timeoutMs,
    headers: {
      "content-type": contentType,
      accept: "application/sdp",
      "openai-safety-identifier": create.safetyIdentifier,
      ...traceHeaders(create),
    },
    body,
  });
}

function requestWithSecret(
  api: Api,
  create: CreateCall,
  { secret, timeoutMs }: { readonly secret: string; readonly timeoutMs: number },
): Promise<Dispatcher.ResponseData> {
  return api.request({
    method: "POST",
    path: "/realtime/calls",
    secret,
    timeoutMs,
    headers: { "content-type": "application/sdp", accept: "application/sdp", ...traceHeaders(create) },
    body: create.offerSdp,
  });
}

async function readReply(response: Dispatcher.ResponseData): Promise<CreatedCall> {
  const callId = toCallId(response.headers.location);
  const body = await readCreateReply(response, callId);
  // The content type says text/plain on the real service, whatever its documentation says, so it is not looked at.
  if (callId === undefined) throw new UpstreamError("UPSTREAM_BAD_ANSWER", { possibleOrphan: true });
  if (!body.startsWith("v=0")) throw new UpstreamError("UPSTREAM_BAD_ANSWER", { callId });
  return { callId, answerSdp: body };
}

/** The last segment of `Location`, which has been seen relative, absolute, with a query and with `calls/` doubled. */
function toCallId(location: string | string[] | undefined): string | undefined {
  const last = String(location ?? "")
    .split("?", 1)[0]
    ?.split("/")
    .at(-1);
  return last !== undefined && /^rtc_[A-Za-z0-9_-]{8,128}$/.test(last) ? last : undefined;
}
