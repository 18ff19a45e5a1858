import type { LiveCreateParams } from "openai/resources/live/live";
import type { Dispatcher } from "undici";
import * as z from "zod/mini";
import type { Api } from "../openai/api.ts";
import { traceHeaders } from "../openai/trace-headers.ts";
import { readCreateReply, toTransportError } from "../openai/create-replies.ts";
import { parseJson } from "../openai/tolerant.ts";
import { type CallCreation, type CreateCall, type CreatedCall, UpstreamError } from "../upstream.ts";
import { type SessionOptions, toSessionConfig } from "./session-config.ts";

/** `POST …/live/sessions`. No short-lived key exists for it. */
export function createCall(
  api: Api,
  create: CreateCall,
  options: SessionOptions & { readonly createTimeoutMs: number },
): CallCreation {
  const body: LiveCreateParams = {
    session: toSessionConfig(create, options),
    transport: { type: "webrtc", sdp: create.offerSdp },
  };
  const response = api.request({
    method: "POST",
    path: "/live/sessions",
    timeoutMs: options.createTimeoutMs,
    headers: { "content-type": "application/json", accept: "application/json", ...traceHeaders(create) },
    body: JSON.stringify(body),
  });
  return {
    // The call is named in the body alone.
    answerBegun: response.then(
      () => undefined,
      () => undefined,
    ),
    call: response.then(readReply, (cause: unknown) => {
      throw toTransportError(cause);
    }),
  };
}

/** Ids are opaque: `live_…` at OpenAI, `sess_…` in Azure's documents. They become part of a path. */
const sessionSchema = z.object({ session: z.object({ id: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/)) }) });
const transportSchema = z.object({ transport: z.object({ sdp: z.string().check(z.startsWith("v=0")) }) });

async function readReply(response: Dispatcher.ResponseData): Promise<CreatedCall> {
  const reply = parseJson(await readCreateReply(response, undefined));
  const session = sessionSchema.safeParse(reply);
  if (!session.success) throw new UpstreamError("UPSTREAM_BAD_ANSWER", { possibleOrphan: true });
  const callId = session.data.session.id;
  const transport = transportSchema.safeParse(reply);
  if (!transport.success) throw new UpstreamError("UPSTREAM_BAD_ANSWER", { callId });
  return { callId, answerSdp: transport.data.transport.sdp };
}
