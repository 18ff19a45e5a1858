import { sql } from "kysely";
import type { Clock } from "../../clock.ts";
import { SettingError } from "../../config/config.ts";
import type { Records } from "../records.ts";
import type { ColumnTypes } from "../sql/column-types.ts";
import { migrate } from "../sql/migrate.ts";
import { sqlRecords } from "../sql/records.ts";
import { claimDatabase, isHeldByAnother } from "./claim.ts";
import { openPool, TABLES } from "./database.ts";

const COLUMN_TYPES: ColumnTypes = { whole: "bigint", real: "double precision", rowNumber: "bigserial" };

/** Records in a Postgres database, which this process has to itself. `location` is its URL without the scheme. */
export async function openPostgresRecords(location: string, clock: Clock): Promise<Records> {
  const url = `postgres:${location}`;
  const claim = await claimDatabase(url, clock).catch(refuse);
  const database = openPool(url);
  const records = sqlRecords(
    {
      database,
      lockTenant: async (transaction, tenant) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${tenant}, 0))`.execute(transaction);
      },
      // Classes of SQLSTATE: 22, data that does not fit; 23, integrity constraint violations.
      isConstraint: (error) => /^2[23]/.test(String((error as { code?: unknown }).code)),
    },
    clock,
  );
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await records.close();
    await claim.close();
  };
  try {
    await migrate(database, COLUMN_TYPES, TABLES);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...records,
    async check() {
      await records.check();
      claim.check();
    },
    close: () => (closing ??= close()),
  };
}

/** The server's words may quote the URL, so its code stands for them; the driver's own, which have no code, do not. */
function refuse(error: unknown): never {
  if (isHeldByAnother(error)) {
    throw new SettingError(
      "DATABASE_URL names a database that another process uses: stop that one, or name another database.",
    );
  }
  const { code, message } = error as NodeJS.ErrnoException;
  throw new SettingError(`DATABASE_URL must name a Postgres database that can be reached (${code ?? message}).`);
}
