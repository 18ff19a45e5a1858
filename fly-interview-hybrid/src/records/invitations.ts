import type { SessionBrief } from "./session-brief.ts";
import type { SessionRecord } from "./records.ts";

/** An invitation as it is kept; its text is not. Times are milliseconds since the epoch. */
export interface InvitationRecord {
  readonly id: string;
  readonly tenant: string;
  readonly person: string;
  readonly persona: string;
  readonly brief: SessionBrief;
  readonly createdAt: number;
  /** By then its interview has to be begun. */
  readonly expiresAt: number;
  /** When it was redeemed first; `null`: it was not. */
  readonly redeemedAt: number | null;
  readonly revokedAt: number | null;
  /** How often it was presented. */
  readonly attempts: number;
  /** The interview that it was redeemed for. */
  readonly sessionId: string | null;
}

/** By what an invitation is named; another tenant's is not found. */
export type InvitationKey = Pick<InvitationRecord, "id" | "tenant">;

/** Which invitations a list shows, newest first. */
export interface InvitationFilter {
  readonly tenant: string;
  readonly person?: string | undefined;
  /** Only those behind this one in the list. */
  readonly after?: { readonly createdAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** What somebody wants who presents an invitation. */
export interface Redemption {
  readonly now: number;
  /** How often it may be presented in all. */
  readonly maxAttempts: number;
  /** The candidate agrees to the interview, as the page tells. */
  readonly isConsent: boolean;
  /** The session to begin with, where there is none yet. */
  readonly sessionOf: (invitation: InvitationRecord) => SessionRecord;
}

/** What becomes of it: the invitation's own interview, which has not ended, or why not. */
export type Redeemed =
  | { readonly outcome: "opened" | "reopened"; readonly session: SessionRecord }
  | { readonly outcome: "unknown" | "exhausted" | "revoked" | "expired" }
  | { readonly outcome: "over"; readonly session: SessionRecord };

/** The part of the records that is about invitations. */
export interface InvitationRecords {
  insertInvitation(invitation: InvitationRecord): Promise<void>;
  findInvitation(key: InvitationKey): Promise<InvitationRecord | undefined>;
  listInvitations(filter: InvitationFilter): Promise<readonly InvitationRecord[]>;
  /** Revokes it, unless it was before; `undefined` where there is none. */
  revokeInvitation(key: InvitationKey, at: number): Promise<InvitationRecord | undefined>;
  /**
   * Counts an attempt, and inserts the session of an invitation that has none yet. Atomic: however many redeem it at once,
   * there is one session. The first consent stays, and is noted whatever machine runs the session.
   */
  redeemInvitation(key: InvitationKey, redemption: Redemption): Promise<Redeemed>;
}
