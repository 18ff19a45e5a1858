/** A time as clients and exports are told it: ISO 8601, UTC. `ms`: milliseconds since the epoch. */
export function toIsoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The same for a time that may be unknown, or not have come. */
export function toIsoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : toIsoTime(ms);
}
