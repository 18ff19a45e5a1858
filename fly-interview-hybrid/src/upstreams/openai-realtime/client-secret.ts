import * as z from "zod/mini";
import type { Api } from "../openai/api.ts";
import { readCreateReply, toTransportError } from "../openai/create-replies.ts";
import { parseJson } from "../openai/tolerant.ts";
import { type CreateCall, UpstreamError } from "../upstream.ts";
import { toSessionConfig } from "./session-config.ts";

const replySchema = z.object({ value: z.string().check(z.minLength(1), z.maxLength(4096)) });

/**
 * A short-lived key that makes one kind of call, as planned: Azure takes offers with such keys only. Whatever becomes of the
 * request, no call has come of it.
 */
export async function mintSecret(
  api: Api,
  { plan, safetyIdentifier }: Pick<CreateCall, "plan" | "safetyIdentifier">,
  timeoutMs: number,
): Promise<string> {
  try {
    const response = await api.request({
      method: "POST",
      path: "/realtime/client_secrets",
      timeoutMs,
      headers: { "content-type": "application/json", "openai-safety-identifier": safetyIdentifier },
      body: JSON.stringify({ session: toSessionConfig(plan) }),
    });
    return readSecret(await readCreateReply(response, undefined));
  } catch (cause) {
    const { code, facts } = cause instanceof UpstreamError ? cause : toTransportError(cause);
    throw new UpstreamError(code, { cause, facts });
  }
}

function readSecret(text: string): string {
  const parsed = replySchema.safeParse(parseJson(text));
  // Nothing of the reply may be kept as a cause: it is a key.
  if (!parsed.success) throw new UpstreamError("UPSTREAM_BAD_ANSWER");
  return parsed.data.value;
}
