import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { BackupError, type BackupPort, ownAsFolder, writeWhole } from "../backup.ts";
import { pathOf } from "./database.ts";

/** How long a writer of the same file may be waited for, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;

/** Backups of an SQLite file are SQLite files. */
export function sqliteBackup(location: string): BackupPort {
  const path = pathOf(location);
  return { backUp: async (file) => backUp(path, file), restore: (file) => restore(path, file) };
}

function backUp(path: string, file: string): void {
  if (!existsSync(path)) throw new BackupError(`There are no records at ${path}.`);
  const records = new Database(path);
  try {
    records.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // Pages that became free are left out, so nothing that was erased comes along.
    records.prepare("vacuum into ?").run(file);
  } finally {
    records.close();
  }
  expectWhole(file);
}

async function restore(path: string, file: string): Promise<void> {
  if (existsSync(path)) {
    throw new BackupError(`There are records at ${path} already. Move that file away, or set DATABASE_URL to another.`);
  }
  expectWhole(file);
  mkdirSync(dirname(path), { recursive: true });
  await writeWhole(path, async (part) => copyFileSync(file, part));
  ownAsFolder(path);
}

function expectWhole(path: string): void {
  try {
    const file = new Database(path, { readonly: true });
    const [row] = file.pragma("integrity_check") as { readonly integrity_check: string }[];
    file.prepare("select 1 from sessions limit 1").all();
    file.close();
    if (row?.integrity_check === "ok") return;
  } catch (cause) {
    throw new BackupError(`${path} is no backup of records in SQLite.`, cause);
  }
  throw new BackupError(`${path} is damaged: take another backup.`);
}
