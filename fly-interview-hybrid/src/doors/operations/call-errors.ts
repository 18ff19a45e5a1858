import type { ErrorCode } from "@interview-proxy/protocol";

/** What the making of a call may come to, by any door. */
export const CALL_ERRORS = [
  "SDP_INVALID",
  "SESSION_FORBIDDEN",
  "SESSION_ENDED",
  "SESSION_BUSY",
  "QUOTA_EXCEEDED",
  "UPSTREAM_UNAUTHORIZED",
  "UPSTREAM_REJECTED_SDP",
  "UPSTREAM_RATE_LIMITED",
  "UPSTREAM_UNAVAILABLE",
  "UPSTREAM_TIMEOUT",
  "UPSTREAM_BAD_ANSWER",
] as const satisfies readonly ErrorCode[];
