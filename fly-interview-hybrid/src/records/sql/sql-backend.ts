import type { AliasableExpression, Kysely } from "kysely";
import type { RunQuery } from "./compiled-once.ts";
import type { Schema } from "./schema.ts";

/** Counts that the database keeps of running sessions. It sees itself what becomes of those that are there. */
export interface RunningCounts {
  /** How many of a tenant run, for a query to ask; no row stands for none. */
  readonly ofTenant: (tenant: string) => AliasableExpression<number | null>;
  /** One more was inserted that runs. */
  readonly add: RunQuery<{ readonly tenant: string }, unknown>;
}

/** An open database, and what the queries that all of them share cannot say for each. */
export interface SqlBackend {
  readonly database: Kysely<Schema>;
  /** Does all of it or nothing; none of what others write comes in between. */
  readonly together: <T>(work: (transaction: Kysely<Schema>) => Promise<T>) => Promise<T>;
  /** Lets no other transaction count and admit sessions of this tenant until this one is over. */
  readonly lockTenant: (transaction: Kysely<Schema>, tenant: string) => Promise<void>;
  /** Without it running sessions are counted one by one at each admission. */
  readonly runningCounts?: RunningCounts;
  /** Does work on one tenant's behalf; where the database can see to it, it sees no other tenant's rows. A transaction, where `work` writes. */
  readonly asTenant: <T>(tenant: string, work: (database: Kysely<Schema>) => Promise<T>) => Promise<T>;
  /** Whether others write meanwhile, so that a row has to be locked to stay as it was read. */
  readonly isShared: boolean;
  /** Whether the database refused a row because it contradicts those that it has. */
  readonly isConstraint: (error: unknown) => boolean;
}
