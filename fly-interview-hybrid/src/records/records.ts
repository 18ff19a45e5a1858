import type { EndReason } from "@interview-proxy/protocol";
import type { TranscriptSeal, TurnRecord } from "./turns.ts";

/** A session as it is kept. Times are milliseconds since the epoch. */
export interface SessionRecord {
  readonly id: string;
  readonly tenant: string;
  readonly person: string;
  /** The name the client chose for it, where it chose one. */
  readonly name: string | null;
  readonly persona: string;
  readonly endReason: EndReason | null;
  readonly resumeTokenHash: string;
  readonly createdAt: number;
  readonly deadline: number;
  readonly endedAt: number | null;
}

/**
 * What became of a call. `connecting`: the create is under way; `live`: it runs; `ended`: hung up, or ended by the
 * provider; `failed`: none came to be; `possible_orphan`: one may run whose id was lost on the wire or whose hang-up did
 * not get through.
 */
export type CallState = "connecting" | "live" | "ended" | "failed" | "possible_orphan";

/** A call as it is kept. */
export interface CallRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly tenant: string;
  readonly upstream: string;
  /** The provider's id of the call, once it is known. */
  readonly upstreamCallId: string | null;
  readonly state: CallState;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** Port: the durable truth about sessions, calls and transcripts. */
export interface Records {
  insertSession(session: SessionRecord): Promise<void>;
  updateSession(
    id: string,
    change: Partial<Pick<SessionRecord, "endReason" | "endedAt" | "resumeTokenHash">>,
  ): Promise<void>;
  findSession(id: string): Promise<SessionRecord | undefined>;
  /** Sessions that have not ended, oldest first. */
  unfinishedSessions(): Promise<readonly SessionRecord[]>;
  insertCall(call: CallRecord): Promise<void>;
  updateCall(id: string, change: Partial<Pick<CallRecord, "state" | "upstreamCallId" | "endedAt">>): Promise<void>;
  /** Calls of a session, oldest first. */
  callsOf(sessionId: string): Promise<readonly CallRecord[]>;
  /** How many calls are in each state. */
  countCalls(): Promise<Readonly<Record<CallState, number>>>;
  /** False where this turn was written before. Throws where another turn of the session has its number. */
  insertTurn(turn: TurnRecord): Promise<boolean>;
  /** Turns of a session by their numbers. */
  turnsOf(sessionId: string): Promise<readonly TurnRecord[]>;
  lastTurnOf(sessionId: string): Promise<TurnRecord | undefined>;
  /** The first seal of a session stays. */
  insertSeal(seal: TranscriptSeal): Promise<void>;
  findSeal(sessionId: string): Promise<TranscriptSeal | undefined>;
  /** Keeps a secret of the server's own unless there is one of that name; returns the one that is kept. */
  keepSecret(name: string, value: string): Promise<string>;
  /** Marks a ticket as used until it expires; false where it was marked before. */
  spendTicket(id: string, expiresAt: number): Promise<boolean>;
  /** Throws where the store cannot be read. */
  check(): Promise<void>;
  close(): Promise<void>;
}
