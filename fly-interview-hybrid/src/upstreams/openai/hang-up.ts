import { UpstreamError } from "../upstream.ts";
import type { Api } from "./api.ts";

/** A hang-up does no harm when it is done twice, so it is rather tried again than waited for. */
const HANG_UP_TIMEOUT_MS = 5000;

/**
 * Ends a call by `POST …/hangup` below `path`, which names it. 404 counts as done: the provider knows no such call any
 * more. One try.
 */
export async function hangUpAt(api: Api, path: string, callId: string): Promise<void> {
  const { statusCode, body } = await api
    .request({ method: "POST", path: `${path}/hangup`, timeoutMs: HANG_UP_TIMEOUT_MS })
    .catch((cause: unknown) => {
      throw new UpstreamError("UPSTREAM_UNAVAILABLE", { cause, callId });
    });
  await body.dump();
  if (statusCode === 404 || (statusCode >= 200 && statusCode <= 299)) return;
  throw new UpstreamError("UPSTREAM_UNAVAILABLE", { callId });
}
