import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "libsql";
import { SettingError } from "../../config/config.ts";
import { PROXY_DIRECTORY } from "../../paths.ts";
import type { OnQuery } from "../observed-queries.ts";
import type { ColumnTypes } from "../sql/column-types.ts";
import { migrate } from "../sql/migrate.ts";
import { FileDatabase } from "./file-database.ts";
import { moveLog } from "./move-log.ts";
import { keepPrepared } from "./prepared-statements.ts";
import { keepRunningCounts } from "./running-counts.ts";

const COLUMN_TYPES: ColumnTypes = { database: "sqlite", whole: "integer", real: "real", rowNumber: "integer" };

/** Opens the file, making it and its folder where they are missing, and brings its tables up to date. */
export async function openDatabase(location: string, onQuery?: OnQuery): Promise<FileDatabase> {
  const path = pathOf(location);
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const endings: (() => void)[] = [];
  const release = (): void => {
    for (const end of endings.splice(0).toReversed()) end();
  };
  try {
    endings.push(lock(path));
    const file = new Database(path);
    const database = new FileDatabase(keepPrepared(file, { onClose: release, onQuery }));
    prepare(file);
    await migrateWhole(file, database);
    keepRunningCounts(file);
    if (path !== ":memory:") endings.push(moveLog(file, path));
    return database;
  } catch (cause) {
    release();
    if ((cause as { code?: unknown }).code !== "SQLITE_BUSY") throw cause;
    throw new SettingError("DATABASE_URL names a file that another process uses: stop that one, or name another file.");
  }
}

/** Relative paths start at the proxy's own folder, wherever the process was started. */
export function pathOf(location: string): string {
  return location === ":memory:" ? location : resolve(PROXY_DIRECTORY, location);
}

/**
 * Two processes on one file would each take the other for dead, and its sessions for nobody's; the second one fails to open
 * instead. The lock is on a file beside it, so that a backup may read meanwhile. Returns what lets go of it.
 */
function lock(path: string): () => void {
  if (path === ":memory:") return () => undefined;
  const file = new Database(`${path}-lock`);
  // Nothing is ever written there.
  file.pragma("journal_mode = OFF");
  file.exec("begin exclusive");
  return () => {
    if (!file.open) return;
    // The driver keeps a file open until its statements are collected; the lock must not last that long.
    file.exec("rollback");
    file.close();
  };
}

/** In one transaction: all of it or nothing, and a new file is written once and not for each of its tables. */
async function migrateWhole(file: Database.Database, database: Kysely<Schema>): Promise<void> {
  file.exec("begin");
  try {
    await migrate(database, COLUMN_TYPES);
    file.exec("commit");
  } catch (error) {
    // A full disk has ended it already.
    if (file.inTransaction) file.exec("rollback");
    throw error;
  }
}

function prepare(file: Database.Database): void {
  file.pragma("journal_mode = WAL");
  // With WAL a killed process loses nothing; only a power cut can take the last commits.
  file.pragma("synchronous = NORMAL");
  file.pragma("foreign_keys = ON");
  // What is erased must not stay readable in the pages that become free.
  file.pragma("secure_delete = ON");
}
