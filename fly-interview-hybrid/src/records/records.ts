import type { EndReason } from "@interview-proxy/protocol";
import type { ErasureRecords } from "./erasure.ts";
import type { InvitationRecords } from "./invitations.ts";
import type { MachineRecords } from "./machines.ts";
import type { Mark } from "./marks.ts";
import type { SessionBrief } from "./session-brief.ts";
import type { ScopedRecords } from "./tenant-scope.ts";
import type { TenantDirectory } from "./tenants.ts";
import type { TranscriptSeal, TurnRecord } from "./turns.ts";
import type { Usage } from "./usage.ts";
import type { WebhookRecords } from "./webhooks.ts";

/** A session as it is kept. Times are milliseconds since the epoch. */
export interface SessionRecord {
  readonly id: string;
  readonly tenant: string;
  readonly person: string;
  /** The name the client chose for it, where it chose one. */
  readonly name: string | null;
  readonly persona: string;
  readonly brief: SessionBrief;
  readonly endReason: EndReason | null;
  /** Of the resume tokens that are valid: the one in use, and the newest, which nobody has used. */
  readonly resumeTokenHashes: readonly string[];
  /** The machine that runs it; `null`: none does. */
  readonly owner: string | null;
  /** How often it has changed its owner. */
  readonly fence: number;
  readonly createdAt: number;
  /** When the candidate first came; `null`: nobody has. */
  readonly startedAt: number | null;
  /** By then it ends at the latest, or has to be started. */
  readonly deadline: number;
  /** Since when it has no call any more and waits for another one; `null`: it does not. */
  readonly interruptedAt: number | null;
  /** Since when the candidate has the microphone muted; `null`: it is not. */
  readonly mutedAt: number | null;
  /** When the candidate's page first told that the candidate agrees to the interview; `null`: no page did. */
  readonly consentedAt: number | null;
  readonly endedAt: number | null;
}

/** A session that has started. */
export type RunningRecord = SessionRecord & { readonly startedAt: number };

/** How many sessions may run at once. */
export interface AdmissionLimits {
  readonly ofTenant: number;
  readonly ofPerson: number;
  /** How many one person may begin from `since` on (milliseconds since the epoch). */
  readonly begun?: { readonly since: number; readonly most: number } | undefined;
}

/** Which sessions a list shows, newest first. */
export interface SessionFilter {
  readonly tenant: string;
  readonly person?: string | undefined;
  readonly persona?: string | undefined;
  readonly endReason?: EndReason | undefined;
  /** Created then or later, and before; milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `scheduled`: not started; `running`; `ended`. */
  readonly status?: "scheduled" | "running" | "ended" | undefined;
  /** Only sessions behind this one in the list. */
  readonly after?: { readonly createdAt: number; readonly id: string } | undefined;
  readonly limit: number;
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
  /** When the interviewer was asked to speak first; `null`: it was not. */
  readonly greetedAt: number | null;
  readonly endedAt: number | null;
}

/** An item of a running call, so that another process finds the place of those that follow. */
export interface CallItemRecord {
  readonly callId: string;
  readonly itemId: string;
  /** `null`: it is the first. */
  readonly previousId: string | null;
}

/** Whether a session may run; otherwise whose limit is reached. */
export type Admission = "admitted" | "tenant_full" | "person_full" | "person_too_often";

/** A record contradicts those that are kept, or cannot be kept as it is: trying again cannot help. */
export class RecordConflict extends Error {
  constructor(cause: unknown) {
    super("The record contradicts those that are kept.", { cause });
    this.name = new.target.name;
  }
}

/**
 * Port: the durable truth about sessions, calls and transcripts. What changes a session that has started, or belongs to
 * one, throws `LeaseLost` where another process owns it; exceptions say so. What is refused for good throws
 * {@link RecordConflict}.
 *
 * What is not in `of` is for the machine that runs a session, or that looks after those of all tenants: it finds them by
 * their owners, or by an id that it was given by who may know it. On a tenant's behalf only `of` is used.
 */
export interface Records
  extends MachineRecords,
    InvitationRecords,
    ErasureRecords,
    WebhookRecords,
    TenantDirectory,
    ScopedRecords {
  insertSession(session: SessionRecord): Promise<void>;
  /** Inserts a session that has started as this process's own, unless its tenant or its person has as many running ones as they may. Atomic. */
  insertRunning(session: SessionRecord, limits: AdmissionLimits): Promise<Admission>;
  /** Notes the start of a session, which is this process's from then on, under the same condition; `gone` where it was started or has ended. Atomic. */
  startSession(
    session: Pick<SessionRecord, "id" | "tenant" | "person">,
    change: Pick<SessionRecord, "deadline" | "resumeTokenHashes"> & { readonly startedAt: number },
    limits: AdmissionLimits,
  ): Promise<Admission | "gone">;
  updateSession(
    id: string,
    change: Partial<
      Pick<SessionRecord, "endReason" | "endedAt" | "resumeTokenHashes" | "deadline" | "interruptedAt" | "mutedAt">
    >,
  ): Promise<void>;
  findSession(id: string): Promise<SessionRecord | undefined>;
  /** The session that has not ended which a person has under a name of its client's own. */
  findByName(owner: Pick<SessionRecord, "tenant" | "person">, name: string): Promise<SessionRecord | undefined>;
  listSessions(filter: SessionFilter): Promise<readonly SessionRecord[]>;
  /** Sessions of this process that have started and not ended, oldest first. */
  runningSessions(): Promise<readonly Pick<SessionRecord, "id">[]>;
  insertCall(call: CallRecord): Promise<void>;
  updateCall(id: string, change: Partial<Pick<CallRecord, "state" | "upstreamCallId" | "greetedAt">>): Promise<void>;
  /** Keeps the provider's id of a call whose end is still to come. Whoever sees a call to its end may. */
  keepCallId(id: string, upstreamCallId: string): Promise<void>;
  /** Notes what became of a call, and forgets its items. Whoever sees a call to its end may. */
  endCall(
    id: string,
    end: { readonly state: CallState; readonly endedAt: number; readonly upstreamCallId?: string },
  ): Promise<void>;
  findCall(id: string): Promise<CallRecord | undefined>;
  /** Calls of a session, oldest first. */
  callsOf(sessionId: string): Promise<readonly CallRecord[]>;
  /** Calls of this process's sessions that are being made or run, oldest first. */
  unfinishedCalls(): Promise<readonly CallRecord[]>;
  /** The same of sessions that have ended, and whose last owner is gone. */
  strayCalls(): Promise<readonly CallRecord[]>;
  /** How many calls may run that nobody can find. */
  countOrphans(): Promise<number>;
  /** Keeps an item of a running call; one that is kept already stays as it is. */
  insertCallItem(item: CallItemRecord): Promise<void>;
  /** Items of a call, in the order in which they were kept. */
  callItems(callId: string): Promise<readonly CallItemRecord[]>;
  /** Keeps what a call has used up so far, in place of what was kept before. */
  putUsage(callId: string, usage: Usage): Promise<void>;
  usageOfCall(callId: string): Promise<Usage>;
  usageOfSession(sessionId: string): Promise<Usage>;
  /** Calls begun from `since` on (milliseconds since the epoch). */
  usageOfTenant(tenant: string, since: number): Promise<Usage>;
  /** Keeps a mark; one that is kept already stays as it is. */
  insertMark(mark: Mark): Promise<void>;
  /** Marks of a session, oldest first. */
  marksOf(sessionId: string): Promise<readonly Mark[]>;
  /** False where this turn was written before. A conflict where another has its number, or its call is unknown. */
  insertTurn(turn: TurnRecord): Promise<boolean>;
  /** Turns of a session by their numbers. */
  turnsOf(sessionId: string): Promise<readonly TurnRecord[]>;
  lastTurnOf(sessionId: string): Promise<TurnRecord | undefined>;
  /** Takes the words, and the salts of their hashes, out of a session's turns and notes; returns how many turns had some. */
  eraseWords(sessionId: string): Promise<number>;
  /** The first seal of a session stays. */
  insertSeal(seal: TranscriptSeal): Promise<void>;
  findSeal(sessionId: string): Promise<TranscriptSeal | undefined>;
  /** Keeps a secret of the server's own unless there is one of that name; returns the one that is kept. */
  keepSecret(name: string, value: string): Promise<string>;
  /** Marks a ticket as used until it expires; false where it was marked before. */
  spendTicket(id: string, expiresAt: number): Promise<boolean>;
  /** Whether a ticket was marked as used, and has not expired for long. */
  isTicketSpent(id: string): Promise<boolean>;
  /** Throws where the store cannot be read. */
  check(): Promise<void>;
  close(): Promise<void>;
}
