import { UpstreamError } from "../upstream.ts";
import type { Api } from "./api.ts";

/** A hang-up does no harm when it is done twice, so it is rather tried again than waited for. */
const HANG_UP_TIMEOUT_MS = 5000;

/** Ends a call. 404 counts as done: the provider knows no such call any more. One try. */
export async function hangUp(api: Api, callId: string): Promise<void> {
  const path = `/realtime/calls/${encodeURIComponent(callId)}/hangup`;
  const { statusCode, body } = await api
    .request({ method: "POST", path, timeoutMs: HANG_UP_TIMEOUT_MS })
    .catch((cause: unknown) => {
      throw new UpstreamError("UPSTREAM_UNAVAILABLE", { cause, callId });
    });
  await body.dump();
  if (statusCode === 404 || (statusCode >= 200 && statusCode <= 299)) return;
  throw new UpstreamError("UPSTREAM_UNAVAILABLE", { callId });
}
