import type { CallRecord, SessionRecord } from "./records.ts";

/** A session that runs, with what became of it so far, for who watches many. Times are milliseconds since the epoch. */
export interface WatchedSession
  extends Pick<SessionRecord, "id" | "person" | "persona" | "deadline" | "interruptedAt" | "mutedAt"> {
  readonly startedAt: number;
  /** The one that has not ended; of two, the one that is up. */
  readonly call: Pick<CallRecord, "upstream" | "state"> | undefined;
  /** Tokens that count against a budget, and what they cost, of all its calls. */
  readonly tokens: number;
  readonly money: number;
  /** What its page did that counts towards its end. */
  readonly violations: number;
}
