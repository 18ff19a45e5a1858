import type { Kysely, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/** An open database, and what the queries that all of them share cannot say for each. */
export interface SqlBackend {
  readonly database: Kysely<Schema>;
  /** Lets no other transaction count and admit sessions of this tenant until this one is over. */
  readonly lockTenant: (transaction: Transaction<Schema>, tenant: string) => Promise<void>;
  /** Whether others write meanwhile, so that a row has to be locked to stay as it was read. */
  readonly isShared: boolean;
  /** Whether the database refused a row because it contradicts those that it has. */
  readonly isConstraint: (error: unknown) => boolean;
}
