import type { ProxyError } from "../errors.ts";
import type { Logger } from "../ops/log.ts";

/** Logs a failed request at the level it deserves: faults of ours, failures of the voice service, refusals. */
export function reportError(log: Logger, error: ProxyError, requestId: string): void {
  if (error.code === "INTERNAL") log.error({ requestId, err: error }, "request failed");
  else if (error.code.startsWith("UPSTREAM_")) log.warn({ requestId, err: error }, "voice service failed");
  else log.debug({ requestId, code: error.code }, "request refused");
}
