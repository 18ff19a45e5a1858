/** What was found at one step of a load that grows. */
export interface Step {
  readonly load: number;
  readonly tailMs: number;
}

/**
 * The load at which the tail reaches a bound, between the last step that was held and the first that was not, on a straight line
 * of the tail's logarithm: by whole steps two runs would differ by a step. The last step where none failed, or failed by something
 * else than its tail; 0 where none was held.
 */
export function loadAtBound(held: Step | undefined, failed: Step | undefined, boundMs: number): number {
  if (held === undefined) return 0;
  if (failed === undefined || failed.tailMs <= boundMs) return held.load;
  const share = Math.log(boundMs / held.tailMs) / Math.log(failed.tailMs / held.tailMs);
  return held.load + Math.max(0, Math.min(1, share)) * (failed.load - held.load);
}
