import { UpstreamError } from "../upstream.ts";
import type { Api } from "./api.ts";

/** A hang-up does no harm when it is done twice, so it is rather tried again than waited for. */
const HANG_UP_TIMEOUT_MS = 5000;

/** Ends a call by `POST …/hangup` below `path`, which names it. `unknown`: the provider knows no such call. One try. */
export async function hangUpAt(api: Api, path: string, callId: string): Promise<"done" | "unknown"> {
  const { statusCode, body } = await api
    .request({ method: "POST", path: `${path}/hangup`, timeoutMs: HANG_UP_TIMEOUT_MS })
    .catch((cause: unknown) => {
      throw new UpstreamError("UPSTREAM_UNAVAILABLE", { cause, callId });
    });
  await body.dump();
  if (statusCode === 404) return "unknown";
  if (statusCode >= 200 && statusCode <= 299) return "done";
  throw new UpstreamError("UPSTREAM_UNAVAILABLE", { callId });
}
