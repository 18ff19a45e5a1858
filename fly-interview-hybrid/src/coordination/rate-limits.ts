/**
 * What is counted: `arrival`: WebSocket upgrades and HTTP requests, by address and by person; `offer`: session
 * descriptions to be judged, by person; `call`: calls, by person; `say`: typed answers, by person; `login`: operators who sign in, by
 * address; `tenant`: arrivals of all its persons together.
 */
export type RateBucket = "arrival" | "offer" | "call" | "say" | "login" | "tenant";

/**
 * How much each bucket allows per minute, and that of tenants per second: a flood must not do at once what a minute is meant
 * for. Where nothing is said of one of the others, it does as much as it likes.
 */
export type RateBudget = Readonly<Record<"arrival" | "offer" | "call", number>> & {
  readonly say?: number;
  readonly login?: number;
  readonly tenant?: number;
};

/** Port: counters that are shared by everything that serves the same clients. */
export interface RateLimits {
  /** Takes one from the key's budget. 0 where it was there; otherwise the milliseconds until there is one again. */
  take(bucket: RateBucket, key: string): Promise<number>;
  /** Whether what counts for all machines can be reached; `undefined` where each counts by itself. */
  reach(): "up" | "down" | undefined;
  /** Doing it twice does no harm. */
  close(): Promise<void>;
}
