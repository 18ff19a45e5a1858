import { dirname } from "node:path";
import type { Clock } from "../clock.ts";
import { type Environment, SettingError } from "../config/config.ts";
import type { Logger } from "../ops/log.ts";
import type { BackupPort } from "./backup.ts";
import type { OnQuery } from "./observed-queries.ts";
import type { RecordsProbe } from "./probe.ts";
import type { Records } from "./records.ts";
import type { Spool } from "./spool.ts";
import type { EndpointsOf } from "./webhooks.ts";

/**
 * Opens the store of an address; `location` is the address without its scheme. `endpointsOf`: who is told of what is
 * written; nobody without it. `onQuery` hears of each query.
 */
export type OpenRecords = (
  location: string,
  clock: Clock,
  endpointsOf?: EndpointsOf,
  onQuery?: OnQuery,
) => Promise<Records>;

interface RecordsBackend {
  readonly open: OpenRecords;
  readonly backup: (location: string, environment: Environment) => Promise<BackupPort>;
  readonly probe: (location: string) => Promise<RecordsProbe>;
}

/**
 * Every records backend, by the scheme of its DATABASE_URL. A backend and its driver are loaded only where they are used.
 * The conformance suite runs over all of them.
 */
export const RECORDS_BACKENDS: Readonly<Record<string, RecordsBackend>> = {
  file: {
    open: async (...args) => (await import("./sqlite/records.ts")).openSqliteRecords(...args),
    backup: async (location) => (await import("./sqlite/backup.ts")).sqliteBackup(location),
    probe: async (location) => (await import("./sqlite/probe.ts")).probeSqlite(location),
  },
  postgres: {
    open: async (...args) => (await import("./postgres/records.ts")).openPostgresRecords(...args),
    backup: async (...args) => (await import("./postgres/backup.ts")).postgresBackup(...args),
    probe: async (location) => (await import("./postgres/probe.ts")).probePostgres(location),
  },
};

/** Opens the records that DATABASE_URL names. Throws {@link SettingError} for an unknown scheme. */
export function openRecords(databaseUrl: string, ...how: Tail<Parameters<OpenRecords>>): Promise<Records> {
  const { backend, location } = findBackend(databaseUrl);
  return backend.open(location, ...how);
}

/** Backups of the records that DATABASE_URL names. Throws {@link SettingError} for an unknown scheme. */
export function openBackup(databaseUrl: string, environment: Environment): Promise<BackupPort> {
  const { backend, location } = findBackend(databaseUrl);
  return backend.backup(location, environment);
}

/** Looks at the records that DATABASE_URL names, and changes nothing. Rejects where they cannot be read. */
export async function probeRecords(databaseUrl: string): Promise<RecordsProbe> {
  const { backend, location } = findBackend(databaseUrl);
  return backend.probe(location);
}

function findBackend(databaseUrl: string): { readonly backend: RecordsBackend; readonly location: string } {
  const { name, location } = readAddress(databaseUrl);
  const backend = Object.hasOwn(RECORDS_BACKENDS, name) ? RECORDS_BACKENDS[name] : undefined;
  if (backend === undefined) {
    throw new SettingError(`DATABASE_URL must begin with one of: ${Object.keys(RECORDS_BACKENDS).join(":, ")}:`);
  }
  return { backend, location };
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

/**
 * Opens the spool for what these records do not take at the moment: in a file of the folder, but in memory beside an SQLite
 * file, whose disk would be the same. Throws {@link SettingError} where the folder cannot be written.
 */
export async function openSpoolFor(databaseUrl: string, folder: string, log: Logger): Promise<Spool> {
  const { openSpool } = await import("./sqlite/spool.ts");
  return openSpool(readAddress(databaseUrl).name === "file" ? undefined : folder, log);
}

/** The folder, relative to the proxy's, on whose disk there has to be room; `undefined` where all is kept in memory. */
export function diskOf(databaseUrl: string, spoolFolder: string): string | undefined {
  const { name, location } = readAddress(databaseUrl);
  if (name !== "file") return spoolFolder;
  return location === ":memory:" ? undefined : dirname(location);
}

function readAddress(databaseUrl: string): { readonly name: string; readonly location: string } {
  const [, scheme = "", location = ""] = /^([a-z]+):(.+)$/s.exec(databaseUrl) ?? [];
  // Both names of the scheme are usual.
  return { name: scheme === "postgresql" ? "postgres" : scheme, location };
}
