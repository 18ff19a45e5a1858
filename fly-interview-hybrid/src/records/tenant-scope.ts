import type { CallRecord, SessionFilter, SessionRecord } from "./records.ts";
import type { Mark } from "./marks.ts";
import type { TurnRecord } from "./turns.ts";
import type { Usage } from "./usage.ts";
import type { WatchedSession } from "./watched-sessions.ts";

/** What calls have used up together. */
export interface Spent {
  /** From each call's beginning to its end, or until now, in seconds. */
  readonly seconds: number;
  readonly tokens: number;
  readonly money: number;
}

/**
 * What can be asked on a tenant's behalf: of its own, and of nothing else. Another tenant's session is as one that never was.
 */
export interface TenantScope {
  findSession(id: string): Promise<SessionRecord | undefined>;
  /** The session that has not ended which a person has under a name of its client's own. */
  findByName(person: string, name: string): Promise<SessionRecord | undefined>;
  listSessions(filter: Omit<SessionFilter, "tenant">): Promise<readonly SessionRecord[]>;
  /** Sessions that run, newest first, at most so many; `total`: how many there are. */
  watchedSessions(limit: number): Promise<{ readonly sessions: readonly WatchedSession[]; readonly total: number }>;
  /** Calls of a session, oldest first. */
  callsOf(sessionId: string): Promise<readonly CallRecord[]>;
  findCall(id: string): Promise<CallRecord | undefined>;
  /** Marks of a session, oldest first. */
  marksOf(sessionId: string): Promise<readonly Mark[]>;
  /** Turns of a session by their numbers. */
  turnsOf(sessionId: string): Promise<readonly TurnRecord[]>;
  usageOfCall(callId: string): Promise<Usage>;
  /** Calls begun from `since` on (milliseconds since the epoch). */
  usageSince(since: number): Promise<Usage>;
  /** The same, as limits count it. */
  spentSince(since: number, now: number): Promise<Spent>;
  /** Takes the words, and the salts of their hashes, out of a session's turns and notes; returns how many turns had some. */
  eraseWords(sessionId: string): Promise<number>;
}

/** The records for who acts on a tenant's behalf: nothing can be asked without saying whose. */
export interface ScopedRecords {
  of(tenant: string): TenantScope;
}
