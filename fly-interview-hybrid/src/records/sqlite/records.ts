import { type Kysely, sql } from "kysely";
import type { Clock } from "../../clock.ts";
import { pause } from "../../pause.ts";
import type { OnQuery } from "../observed-queries.ts";
import type { Records } from "../records.ts";
import type { EndpointsOf } from "../webhooks.ts";
import { sqlRecords } from "../sql/records.ts";
import type { Schema } from "../sql/schema.ts";
import type { SqlBackend } from "../sql/sql-backend.ts";
import { openDatabase } from "./database.ts";
import { FileDatabase } from "./file-database.ts";
import { runningCounts } from "./running-counts.ts";

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
    await emptyLog(database, clock);
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

/** A backup reads the log for as long as it takes. */
async function emptyLog(database: Kysely<Schema>, clock: Clock): Promise<void> {
  for (let tries = 0; tries < EMPTYING_TRIES; tries++) {
    const { rows } = await sql<{ readonly busy: number }>`pragma wal_checkpoint(truncate)`.execute(database);
    if (rows[0]?.busy === 0) return;
    await pause(clock, EMPTYING_EVERY_MS);
  }
  throw new Error("Another process reads the records, so that what was erased is still in their log.");
}

/** How often it is tried to empty the log, and how long between two tries, in milliseconds: a minute in all. */
const EMPTYING_TRIES = 240;
const EMPTYING_EVERY_MS = 250;

/** What the shared queries need of SQLite. */
export function sqliteBackend(database: Kysely<Schema>): SqlBackend {
  const together: SqlBackend["together"] = (work) =>
    database instanceof FileDatabase ? database.together(work) : database.transaction().execute(work);
  return {
    database,
    together,
    // There is one connection, so nothing comes into a transaction.
    lockTenant: () => Promise.resolve(),
    runningCounts: runningCounts(database),
    asTenant: (_tenant, work) => together(work),
    isShared: false,
    isConstraint: (error) => String((error as { code?: unknown }).code).startsWith("SQLITE_CONSTRAINT"),
  };
}
