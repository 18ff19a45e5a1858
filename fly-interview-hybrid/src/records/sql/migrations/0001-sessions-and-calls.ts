import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** Sessions, their calls, and the marks of used tickets. */
export const sessionsAndCalls = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("sessions")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("person", "text", (column) => column.notNull())
      .addColumn("name", "text")
      .addColumn("persona", "text", (column) => column.notNull())
      .addColumn("endReason", "text")
      .addColumn("resumeTokenHash", "text", (column) => column.notNull())
      .addColumn("createdAt", types.whole, (column) => column.notNull())
      .addColumn("deadline", types.whole, (column) => column.notNull())
      .addColumn("endedAt", types.whole)
      .execute();
    // A name a client chose counts once among its person's running sessions; afterwards it may be used again.
    await sql`create unique index "sessionName" on "sessions" ("tenant", "person", "name") where "endedAt" is null`.execute(
      db,
    );
    await sql`create index "unfinishedSessions" on "sessions" ("createdAt") where "endedAt" is null`.execute(db);

    await db.schema
      .createTable("calls")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("sessionId", "text", (column) => column.notNull().references("sessions.id"))
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("upstream", "text", (column) => column.notNull())
      .addColumn("upstreamCallId", "text")
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("createdAt", types.whole, (column) => column.notNull())
      .addColumn("endedAt", types.whole)
      .execute();
    await db.schema.createIndex("callsOfSession").on("calls").columns(["sessionId", "createdAt"]).execute();

    await sql`create index "unfinishedCalls" on "calls" ("createdAt") where "endedAt" is null`.execute(db);

    await db.schema
      .createTable("usedTickets")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("expiresAt", types.whole, (column) => column.notNull())
      .execute();
  },
});
