import { sql } from "kysely";
import type { Clock } from "../../clock.ts";
import type { Records } from "../records.ts";
import { callRecords } from "./call-records.ts";
import { openDatabase } from "./database.ts";
import { sessionRecords } from "./session-records.ts";
import { transcriptRecords } from "./transcript-records.ts";

/** Records in one SQLite file; `:memory:` keeps them in this process only. */
export async function openSqliteRecords(path: string, clock: Clock): Promise<Records> {
  const database = await openDatabase(path);
  let closing: Promise<void> | undefined;

  return {
    ...sessionRecords(database),
    ...callRecords(database),
    ...transcriptRecords(database),

    async spendTicket(id, expiresAt) {
      await database
        .deleteFrom("usedTickets")
        .where("expiresAt", "<", clock.now() - FORGET_TICKETS_AFTER_MS)
        .execute();
      const result = await database
        .insertInto("usedTickets")
        .values({ id, expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },

    async check() {
      await sql`select 1`.execute(database);
    },
    close: () => (closing ??= database.destroy()),
  };
}

/** Longer than any clock tolerance of the token check, so that a mark outlives its ticket. */
const FORGET_TICKETS_AFTER_MS = 60_000;
