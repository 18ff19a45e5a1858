import { spawn } from "node:child_process";
import { once } from "node:events";
import { sql } from "kysely";
import type { Environment } from "../../config/config.ts";
import { BackupError, type BackupPort } from "../backup.ts";
import { openPool, TABLES } from "./database.ts";
import { ENSURE_TENANT_ROLE } from "../sql/tenant-role.ts";

/** Longest wait for a connection, in seconds. */
const CONNECT_TIMEOUT_SECONDS = "10";

/** Backups are made and read by Postgres's own programs, in its custom format. */
export function postgresBackup(location: string, environment: Environment): BackupPort {
  const run = (program: string, ...options: string[]): Promise<void> =>
    runProgram(program, options, location, environment);
  return {
    backUp: (file) => run("pg_dump", "--format=custom", `--schema=${TABLES}`, "--no-owner", `--file=${file}`),
    async restore(file) {
      await prepare(location);
      await run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", file);
    },
  };
}

/** Roles belong to the whole server, so no backup of a database has them. */
async function prepare(location: string): Promise<void> {
  const database = openPool(`postgres:${location}`);
  try {
    const { rows } = await sql`select from pg_namespace where nspname = ${TABLES}`.execute(database);
    if (rows.length > 0) {
      throw new BackupError(
        `The database has a schema ${TABLES} already. Restore into an empty one, and set DATABASE_URL to it.`,
      );
    }
    await sql.raw(ENSURE_TENANT_ROLE).execute(database);
  } finally {
    await database.destroy();
  }
}

async function runProgram(
  program: string,
  options: readonly string[],
  location: string,
  { PATH, HOME }: Environment,
): Promise<void> {
  const { address, password } = withoutPassword(`postgres:${location}`);
  const env = { PATH, HOME, PGCONNECT_TIMEOUT: CONNECT_TIMEOUT_SECONDS, ...password };
  const child = spawn(program, [`--dbname=${address}`, ...options], { env, stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "close").catch((cause: unknown) => {
    throw new BackupError(
      `${program} is missing. Install Postgres's client programs, of the server's version or newer.`,
      cause,
    );
  });
  if (code !== 0) throw new BackupError(`${program} failed.`);
}

/** Other users of this machine can read command lines. */
function withoutPassword(address: string): { readonly address: string; readonly password: { PGPASSWORD?: string } } {
  const url = new URL(address);
  const password = decodeURIComponent(url.password) || url.searchParams.get("password");
  url.password = "";
  url.searchParams.delete("password");
  return { address: url.href, password: password === null || password === "" ? {} : { PGPASSWORD: password } };
}
