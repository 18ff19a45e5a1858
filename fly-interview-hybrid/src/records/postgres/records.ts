import { sql } from "kysely";
import type { Clock } from "../../clock.ts";
import { SettingError } from "../../config/config.ts";
import type { OnQuery } from "../observed-queries.ts";
import type { Records } from "../records.ts";
import type { EndpointsOf } from "../webhooks.ts";
import type { ColumnTypes } from "../sql/column-types.ts";
import { migrate } from "../sql/migrate.ts";
import { sqlRecords } from "../sql/records.ts";
import { TENANT_ROLE } from "../sql/tenant-role.ts";
import { openPool, TABLES } from "./database.ts";

const COLUMN_TYPES: ColumnTypes = {
  database: "postgres",
  whole: "bigint",
  real: "double precision",
  rowNumber: "bigserial",
};

/** Records in a Postgres database, which any number of processes share. `location` is its URL without the scheme. */
export async function openPostgresRecords(
  location: string,
  clock: Clock,
  endpointsOf?: EndpointsOf,
  onQuery?: OnQuery,
): Promise<Records> {
  const database = openPool(`postgres:${location}`, onQuery);
  const records = sqlRecords(
    {
      database,
      together: (work) => database.transaction().execute(work),
      lockTenant: async (transaction, tenant) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${tenant}, 0))`.execute(transaction);
      },
      asTenant: (tenant, work) =>
        database.transaction().execute(async (transaction) => {
          await sql`select set_config('role', ${TENANT_ROLE}, true), set_config('interview_proxy.tenant', ${tenant}, true)`.execute(
            transaction,
          );
          return work(transaction);
        }),
      isShared: true,
      // Classes of SQLSTATE: 22, data that does not fit; 23, integrity constraint violations.
      isConstraint: (error) => /^2[23]/.test(String((error as { code?: unknown }).code)),
    },
    clock,
    endpointsOf,
  );
  try {
    await records.check().catch(refuse);
    await migrate(database, COLUMN_TYPES, TABLES);
  } catch (error) {
    await records.close();
    throw error;
  }
  return records;
}

/** The server's words may quote the URL, so its code stands for them; the driver's own, which have no code, do not. */
function refuse(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  throw new SettingError(`DATABASE_URL must name a Postgres database that can be reached (${code ?? message}).`);
}
