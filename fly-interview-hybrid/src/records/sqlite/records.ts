import { type Kysely, sql } from "kysely";
import type { Clock } from "../../clock.ts";
import type { OnQuery } from "../observed-queries.ts";
import type { Records } from "../records.ts";
import type { EndpointsOf } from "../webhooks.ts";
import { sqlRecords } from "../sql/records.ts";
import type { Schema } from "../sql/schema.ts";
import type { SqlBackend } from "../sql/sql-backend.ts";
import { openDatabase } from "./database.ts";

/** Records in one SQLite file; `:memory:` keeps them in this process only. */
export async function openSqliteRecords(
  path: string,
  clock: Clock,
  endpointsOf?: EndpointsOf,
  onQuery?: OnQuery,
): Promise<Records> {
  return sqliteRecords(await openDatabase(path, onQuery), clock, endpointsOf);
}

/** Records in an open file, for the one process that uses it now. */
export async function sqliteRecords(
  database: Kysely<Schema>,
  clock: Clock,
  endpointsOf?: EndpointsOf,
): Promise<Records> {
  // The file is this process's alone: whoever had it before is dead.
  await database.deleteFrom("machines").execute();
  await database.updateTable("sessions").set({ owner: null }).where("endedAt", "is", null).execute();
  const records = sqlRecords(sqliteBackend(database), clock, endpointsOf);
  /** The log still has the pages as they were before. */
  const withoutTrace = async <Result>(erasing: Promise<Result>): Promise<Result> => {
    const erased = await erasing;
    await sql`pragma wal_checkpoint(truncate)`.execute(database);
    return erased;
  };
  return {
    ...records,
    eraseWords: (sessionId) => withoutTrace(records.eraseWords(sessionId)),
    eraseInvitations: (...args) => withoutTrace(records.eraseInvitations(...args)),
    eraseSessions: (...args) => withoutTrace(records.eraseSessions(...args)),
    eraseOlder: (...args) => withoutTrace(records.eraseOlder(...args)),
  };
}

/** What the shared queries need of SQLite. */
export function sqliteBackend(database: Kysely<Schema>): SqlBackend {
  return {
    database,
    // There is one connection, so nothing comes into a transaction.
    lockTenant: () => Promise.resolve(),
    asTenant: (_tenant, work) => database.transaction().execute(work),
    isShared: false,
    isConstraint: (error) => String((error as { code?: unknown }).code).startsWith("SQLITE_CONSTRAINT"),
  };
}
