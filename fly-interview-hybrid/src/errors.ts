import { ERRORS, type ErrorBody, type ErrorCode } from "@interview-proxy/protocol";

/** Facts an error may carry to the client beside its code. None of them repeats the client's input. */
export type ErrorFacts = Pick<ErrorBody, "rule" | "line" | "field" | "retryAfterMs" | "reason">;

/**
 * An error of the protocol's one table. Its message is the table's, so that no input, token or SDP can enter it; what
 * happened underneath stays in `cause`, for the log alone.
 */
export class ProxyError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, options: { readonly cause?: unknown; readonly facts?: ErrorFacts } = {}) {
    const { stackTraceLimit } = Error;
    // Nobody reads where a flood was refused, and to find out costs as much as the rest of the refusal.
    if (code === "RATE_LIMITED") Error.stackTraceLimit = 0;
    super(ERRORS[code].message, { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = new.target.name;
    this.code = code;
    this.facts = options.facts ?? {};
  }

  /** The body that clients get, on either door. */
  toBody(requestId: string): ErrorBody {
    const { retryable } = ERRORS[this.code];
    return { code: this.code, message: this.message, retryable, requestId, ...this.facts };
  }
}

/** The table's codes of what a voice service did. */
export const UPSTREAM_CODES = Object.keys(ERRORS).filter((code): code is Extract<ErrorCode, `UPSTREAM_${string}`> =>
  code.startsWith("UPSTREAM_"),
);

/** INVALID_MESSAGE for the field of this path; the empty path means the whole message and is left out. */
export function invalidField(field: string, cause?: unknown): ProxyError {
  return new ProxyError("INVALID_MESSAGE", { cause, facts: field === "" ? {} : { field } });
}

/** Whatever was thrown, as an error of the table: what is not one already is INTERNAL, with the original as cause. */
export function toProxyError(thrown: unknown): ProxyError {
  return thrown instanceof ProxyError ? thrown : new ProxyError("INTERNAL", { cause: thrown });
}
