import type { TurnRole, TurnStatus } from "@interview-proxy/protocol";

/** A turn of a transcript as it is kept. Times are milliseconds since the epoch. */
export interface TurnRecord {
  /** Follows from its call and the provider's item, so that a turn that is written again is the same. */
  readonly id: string;
  readonly sessionId: string;
  readonly callId: string;
  /** Its number in the session, from 1, without gaps, across calls. */
  readonly n: number;
  readonly role: TurnRole;
  readonly status: TurnStatus;
  /** `null`: unknown, or erased where there is a `textHash`. */
  readonly text: string | null;
  readonly heardText: string | null;
  /** Keeps words that are few from being guessed by their hash; erased with them. `null` where there are no words. */
  readonly salt: string | null;
  readonly textHash: string | null;
  readonly heardTextHash: string | null;
  readonly heardMs: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly inferred: boolean;
  /** The candidate has typed it. */
  readonly typed: boolean;
  /** Covers everything above but the words and their salt, and the hash of the turn before. */
  readonly hash: string;
}

/** What a finished transcript is signed with. */
export interface TranscriptSeal {
  readonly sessionId: string;
  readonly turns: number;
  readonly head: string;
  readonly publicKey: string;
  readonly signature: string;
}
