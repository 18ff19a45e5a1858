import type { SessionRecord } from "./records.ts";

/** Whose words are erased. */
export type PersonKey = Pick<SessionRecord, "tenant" | "person">;

/** How much was erased: sessions and invitations, and the turns that had words. */
export interface Erased {
  readonly sessions: number;
  readonly turns: number;
  readonly invitations: number;
}

/**
 * The part of the records that forgets. Words are what was said, noted, asked and told, with the salts of their hashes, and
 * what the platform or a client wrote to a session; numbers, times and hashes stay. A session without words takes none
 * any more: what is still on its way, from whatever machine, is kept without them.
 */
export interface ErasureRecords {
  /** Revokes the invitations of a person, and erases their words; returns how many had not been erased before. */
  eraseInvitations(person: PersonKey, at: number): Promise<number>;
  /** Erases the words of sessions of a person that have ended, `limit` at most; 0 sessions: there are none left. */
  eraseSessions(person: PersonKey, at: number, limit: number): Promise<Omit<Erased, "invitations">>;
  /**
   * The same of sessions of a tenant that ended before a time, and of invitations that expired before it. What another
   * machine erases at that moment is left to it.
   */
  eraseOlder(tenant: string, before: number, at: number, limit: number): Promise<Erased>;
}
