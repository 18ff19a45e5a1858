import type { EventLog } from "../event-log.ts";

/**
 * Names a new trace for a connect, sampled, as W3C Trace Context has it. The page exports nothing: by the trace's id, which is
 * in the debug log, what the server did for this connect can be found.
 */
export function newTraceparent(log: EventLog): string {
  const traceId = randomHex(16);
  log.add("local", "trace", traceId);
  return `00-${traceId}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
