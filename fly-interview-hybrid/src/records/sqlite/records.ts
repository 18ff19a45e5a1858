import type { Clock } from "../../clock.ts";
import type { Records } from "../records.ts";
import { sqlRecords } from "../sql/records.ts";
import { openDatabase } from "./database.ts";

/** Records in one SQLite file; `:memory:` keeps them in this process only. */
export async function openSqliteRecords(path: string, clock: Clock): Promise<Records> {
  const database = await openDatabase(path);
  return sqlRecords(
    {
      database,
      // There is one connection, so nothing comes into a transaction.
      lockTenant: () => Promise.resolve(),
      isConstraint: (error) => String((error as { code?: unknown }).code).startsWith("SQLITE_CONSTRAINT"),
    },
    clock,
  );
}
