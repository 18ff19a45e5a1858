import { type Kysely, sql } from "kysely";
import type { Clock } from "../../clock.ts";
import type { Records } from "../records.ts";
import { sqlRecords } from "../sql/records.ts";
import type { Schema } from "../sql/schema.ts";
import type { SqlBackend } from "../sql/sql-backend.ts";
import { openDatabase } from "./database.ts";

/** Records in one SQLite file; `:memory:` keeps them in this process only. */
export async function openSqliteRecords(path: string, clock: Clock): Promise<Records> {
  const database = await openDatabase(path);
  const records = sqlRecords(sqliteBackend(database), clock);
  return {
    ...records,
    async eraseWords(sessionId) {
      const erased = await records.eraseWords(sessionId);
      // The log still has the pages as they were before.
      await sql`pragma wal_checkpoint(truncate)`.execute(database);
      return erased;
    },
  };
}

/** What the shared queries need of SQLite. */
export function sqliteBackend(database: Kysely<Schema>): SqlBackend {
  return {
    database,
    // There is one connection, so nothing comes into a transaction.
    lockTenant: () => Promise.resolve(),
    isConstraint: (error) => String((error as { code?: unknown }).code).startsWith("SQLITE_CONSTRAINT"),
  };
}
