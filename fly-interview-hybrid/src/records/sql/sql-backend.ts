import type { Kysely, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/** An open database, and what the queries that all of them share cannot say for each. */
export interface SqlBackend {
  readonly database: Kysely<Schema>;
  /** Lets no other transaction count and admit sessions of this tenant until this one is over. */
  readonly lockTenant: (transaction: Transaction<Schema>, tenant: string) => Promise<void>;
  /** Does work on one tenant's behalf; where the database can see to it, it sees no other tenant's rows. A transaction, where `work` writes. */
  readonly asTenant: <T>(tenant: string, work: (database: Kysely<Schema>) => Promise<T>) => Promise<T>;
  /** Whether others write meanwhile, so that a row has to be locked to stay as it was read. */
  readonly isShared: boolean;
  /** Whether the database refused a row because it contradicts those that it has. */
  readonly isConstraint: (error: unknown) => boolean;
}
