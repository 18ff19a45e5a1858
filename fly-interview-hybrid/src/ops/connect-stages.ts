import type { ErrorCode } from "@interview-proxy/protocol";
import { UPSTREAM_CODES } from "../errors.ts";

/**
 * Where the time of a connect goes. `auth`: who is it, and may they; `open`: the session; `sdp`: judging the offer; `record`:
 * noting the call; `upstream`: the voice service makes it; `answer`: judging and noting its answer.
 */
export const CONNECT_STAGES = ["auth", "open", "sdp", "record", "upstream", "answer"] as const;
export type ConnectStage = (typeof CONNECT_STAGES)[number];

/** Times that are nobody's fault: the client has not sent the next message yet; a call that is replaced waits for a pause in what is said. */
export type ConnectWait = "client" | "pause";

export const CONNECT_OUTCOMES = ["ok", "refused", "failed"] as const;
export type ConnectOutcome = (typeof CONNECT_OUTCOMES)[number];

/** Errors of a connect for which whoever asks can do nothing: those that count against the service. */
const OURS: ReadonlySet<ErrorCode> = new Set([
  "INTERNAL",
  "RECORDS_UNAVAILABLE",
  "CONNECTION_LIMIT",
  "MASTER_KEY_MISSING",
  ...UPSTREAM_CODES,
]);

export function outcomeOf(code: ErrorCode | "ok"): ConnectOutcome {
  if (code === "ok") return "ok";
  return OURS.has(code) ? "failed" : "refused";
}
