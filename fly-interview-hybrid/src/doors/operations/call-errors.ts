import type { ErrorCode } from "@interview-proxy/protocol";
import { UPSTREAM_CODES } from "../../errors.ts";

/** What the making of a call may come to, by any door. */
export const CALL_ERRORS = [
  "SDP_INVALID",
  "SESSION_FORBIDDEN",
  "SESSION_ENDED",
  "SESSION_BUSY",
  "QUOTA_EXCEEDED",
  ...UPSTREAM_CODES,
] as const satisfies readonly ErrorCode[];
