import { ProxyError } from "../errors.ts";
import type { RunningRecord, SessionRecord } from "./records.ts";

/** A process that shares the records, as it showed itself last. */
export interface MachineRecord {
  /** Under which it owns sessions. A process that was taken for dead goes on under another. */
  readonly id: string;
  /** Base URL at which the other machines reach it; `null`: they cannot. */
  readonly address: string | null;
  /** It is about to stop, and leaves its sessions to others. */
  readonly draining: boolean;
  /** Rises as long as it lives. */
  readonly beat: number;
}

/** What a process learns by showing that it lives. */
export interface Pulse {
  /** Its own id. */
  readonly self: string;
  /** It was taken for dead since the last time: none of its sessions is its own any more. */
  readonly wasBuried: boolean;
  /** All machines, itself included. */
  readonly machines: readonly MachineRecord[];
}

/** A write that only a session's owner may do, by a process that does not own it (any more). Nothing was written. */
export class LeaseLost extends ProxyError {
  constructor() {
    // Whoever tries again reaches the owner.
    super("SESSION_BUSY");
  }
}

/**
 * The part of the records by which several processes share them. Each session that runs has one owner, and what must be
 * right is written by its owner alone: each such write looks at the owner in the same statement.
 */
export interface MachineRecords {
  /** Shows that this process lives. */
  beat(self: Pick<MachineRecord, "address" | "draining">): Promise<Pulse>;
  /** Takes a machine for dead, unless it has shown itself since: its sessions are nobody's then. */
  bury(machine: Pick<MachineRecord, "id" | "beat">): Promise<void>;
  /** Ends this process's part in the records: sessions that it still owns are nobody's. */
  leave(): Promise<void>;
  /** Makes running sessions that are nobody's this process's own: the oldest, and no two processes the same ones. */
  claimUnowned(limit: number): Promise<readonly RunningRecord[]>;
  /** The same for sessions that nobody has started by their deadline, where that was before `now`. */
  claimOverdue(now: number, limit: number): Promise<readonly SessionRecord[]>;
  /** Offers sessions of this process to another machine, in place of whom they were offered to before. */
  bequeath(sessionIds: readonly string[], heir: string): Promise<void>;
  /** Sessions that others offer to this process. */
  offeredSessions(): Promise<readonly RunningRecord[]>;
  /** Accepts an offer; `undefined` where it stands no more. */
  inherit(sessionId: string): Promise<RunningRecord | undefined>;
}
