import type { Generated } from "kysely";
import type { InvitationRecord } from "../invitations.ts";
import type { MachineRecord } from "../machines.ts";
import type { Mark } from "../marks.ts";
import type { CallItemRecord, CallRecord, SessionRecord } from "../records.ts";
import type { AuditEntry, TenantIssuer, TenantRecord } from "../tenants.ts";
import type { Usage } from "../usage.ts";
import type { TranscriptSeal, TurnRecord } from "../turns.ts";
import type { DeadLetter } from "../webhooks.ts";

/** Columns as they stand in the tables, which the migrations make. */
export interface Schema {
  /**
   * The brief and the list of hashes are kept as JSON text. `heir`: the machine to which its owner offers it. `erasedAt`:
   * since when it has no words, and takes none.
   */
  readonly sessions: { [K in keyof Omit<SessionRecord, "brief" | "resumeTokenHashes">]: SessionRecord[K] } & {
    brief: string;
    resumeTokenHashes: string;
    heir: string | null;
    erasedAt: number | null;
  };
  readonly invitations: { [K in keyof Omit<InvitationRecord, "brief">]: InvitationRecord[K] } & {
    brief: string;
    erasedAt: number | null;
  };
  /** SQLite knows no truth values. */
  readonly machines: { [K in keyof Omit<MachineRecord, "draining">]: MachineRecord[K] } & { draining: number };
  readonly calls: { [K in keyof CallRecord]: CallRecord[K] };
  readonly turns: { [K in keyof Omit<TurnRecord, "inferred" | "typed">]: TurnRecord[K] } & {
    inferred: number;
    typed: number;
  };
  readonly transcriptSeals: { [K in keyof TranscriptSeal]: TranscriptSeal[K] };
  readonly serverSecrets: { name: string; value: string };
  /** Ascending `position` is the order in which they were kept. */
  readonly callItems: { [K in keyof CallItemRecord]: CallItemRecord[K] } & { position: Generated<number> };
  readonly callUsage: { callId: string } & { [K in keyof Usage]: number };
  readonly marks: { [K in keyof Omit<Mark, "counted">]: Mark[K] } & { counted: number | null };
  readonly tenants: { [K in keyof TenantRecord]: TenantRecord[K] };
  /** One row, the newest revision: whoever changes a tenant holds it until that is done. */
  readonly tenantRevision: { id: number; revision: number };
  readonly tenantIssuers: { [K in keyof TenantIssuer]: TenantIssuer[K] } & { tenant: string };
  /** The names of settings are kept as JSON text. */
  readonly auditLog: { [K in keyof Omit<AuditEntry, "settings">]: AuditEntry[K] } & {
    position: Generated<number>;
    settings: string;
  };
  /** In a session ascending `position` is the order of its events. `givenUpAt`: `null` while it is tried. */
  readonly webhookDeliveries: { [K in keyof Omit<DeadLetter, "givenUpAt">]: DeadLetter[K] } & {
    position: Generated<number>;
    dueAt: number;
    givenUpAt: number | null;
  };
  readonly usedTickets: { id: string; expiresAt: number };
}
