import { sql } from "kysely";
import type { Clock } from "../../clock.ts";
import type { CallState, Records } from "../records.ts";
import { openDatabase } from "./database.ts";
import { transcriptRecords } from "./transcript-records.ts";

/** Records in one SQLite file; `:memory:` keeps them in this process only. */
export async function openSqliteRecords(path: string, clock: Clock): Promise<Records> {
  const database = await openDatabase(path);
  let closing: Promise<void> | undefined;

  return {
    async insertSession(session) {
      await database.insertInto("sessions").values(session).execute();
    },
    async updateSession(id, change) {
      await database.updateTable("sessions").set(change).where("id", "=", id).execute();
    },
    findSession: (id) => database.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst(),
    unfinishedSessions: () =>
      database.selectFrom("sessions").selectAll().where("endedAt", "is", null).orderBy("createdAt").execute(),

    async insertCall(call) {
      await database.insertInto("calls").values(call).execute();
    },
    async updateCall(id, change) {
      await database.updateTable("calls").set(change).where("id", "=", id).execute();
    },
    callsOf: (sessionId) =>
      database.selectFrom("calls").selectAll().where("sessionId", "=", sessionId).orderBy("createdAt").execute(),
    async countCalls() {
      const rows = await database
        .selectFrom("calls")
        .select(["state", (count) => count.fn.countAll<number>().as("calls")])
        .groupBy("state")
        .execute();
      const counts: Record<CallState, number> = { connecting: 0, live: 0, ended: 0, failed: 0, possible_orphan: 0 };
      for (const row of rows) counts[row.state] = row.calls;
      return counts;
    },

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
