import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** Machines that share the records, the owner of each session, and every resume token that is valid. */
export const machines = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("machines")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("address", "text")
      .addColumn("draining", types.whole, (column) => column.notNull())
      .addColumn("beat", types.whole, (column) => column.notNull())
      .execute();
    for (const column of ["owner", "heir"]) await db.schema.alterTable("sessions").addColumn(column, "text").execute();
    await db.schema
      .alterTable("sessions")
      .addColumn("fence", types.whole, (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable("sessions")
      .addColumn("resumeTokenHashes", "text", (column) => column.notNull().defaultTo("[]"))
      .execute();
    await sql`update "sessions" set "resumeTokenHashes" = '["' || "resumeTokenHash" || '"]' where "resumeTokenHash" <> ''`.execute(
      db,
    );
    await db.schema.alterTable("sessions").dropColumn("resumeTokenHash").execute();
    await sql`create index "sessionsOfOwner" on "sessions" ("endedAt", "owner", "startedAt") where "endedAt" is null`.execute(
      db,
    );
    await sql`create index "offeredSessions" on "sessions" ("heir") where "heir" is not null`.execute(db);
  },
});
