/** `deleted`: its id is taken for good, and nothing else of it is left. */
export type TenantStatus = "active" | "disabled" | "deleted";

/** A tenant as it is kept. Times are milliseconds since the epoch. */
export interface TenantRecord {
  readonly id: string;
  /** Higher with each change of any tenant, in the order in which they can be seen. */
  readonly revision: number;
  readonly status: TenantStatus;
  /** JSON text, without secrets. */
  readonly settings: string;
  /** JSON text: sealed secrets by the names of their fields. */
  readonly secrets: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An issuer of tokens, which is one tenant's alone; an empty audience stands for none. */
export interface TenantIssuer {
  readonly issuer: string;
  readonly audience: string;
}

/** An administrative act. It holds no secret. */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  readonly act: string;
  readonly tenant: string | null;
  /** Names of the settings that it changed. */
  readonly settings: readonly string[];
}

/** An act as it is kept; `position` rises. */
export type KeptAuditEntry = AuditEntry & { readonly position: number };

/** Which acts a list shows, newest first. */
export interface AuditFilter {
  readonly tenant?: string | undefined;
  /** Only those before this position. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The part of the records port that is about tenants and those who administer them. */
export interface TenantDirectory {
  /** Tenants that were changed after a revision, oldest change first; 0: all there are. */
  tenantsSince(revision: number): Promise<readonly TenantRecord[]>;
  /**
   * Keeps a tenant in place of its `revision` (0: there is none yet), gives it the next one, makes these issuers its own, and
   * notes the act. A `RecordConflict` where it was changed meanwhile, or an issuer is another's. Atomic.
   */
  saveTenant(tenant: TenantRecord, issuers: readonly TenantIssuer[], act: AuditEntry): Promise<void>;
  /** Erases all sessions of a tenant with all that belongs to them. False where one of them runs: then nothing is erased. */
  eraseSessionsOf(tenant: string): Promise<boolean>;
  /** Notes an act. Nobody can change or remove it. */
  noteAct(act: AuditEntry): Promise<void>;
  acts(filter: AuditFilter): Promise<readonly KeptAuditEntry[]>;
}
