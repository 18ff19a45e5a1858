import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** Invitations, and since when the words of a session are erased. */
export const invitationsAndErasure = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("invitations")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("person", "text", (column) => column.notNull())
      .addColumn("persona", "text", (column) => column.notNull())
      .addColumn("brief", "text", (column) => column.notNull())
      .addColumn("createdAt", types.whole, (column) => column.notNull())
      .addColumn("expiresAt", types.whole, (column) => column.notNull())
      .addColumn("redeemedAt", types.whole)
      .addColumn("revokedAt", types.whole)
      .addColumn("attempts", types.whole, (column) => column.notNull())
      .addColumn("sessionId", "text", (column) => column.references("sessions.id"))
      .addColumn("erasedAt", types.whole)
      .execute();
    const order = ["createdAt", "id"];
    await db.schema
      .createIndex("invitationsOfTenant")
      .on("invitations")
      .columns(["tenant", ...order])
      .execute();
    await db.schema
      .createIndex("invitationsOfPerson")
      .on("invitations")
      .columns(["tenant", "person", ...order])
      .execute();

    await db.schema.alterTable("sessions").addColumn("erasedAt", types.whole).execute();
    // For what retention erases next. `erasedAt` is null in each; the planner counts the columns that it can use.
    await sql`create index "wordsOfSessions" on "sessions" ("tenant", "erasedAt", "endedAt") where "erasedAt" is null and "endedAt" is not null`.execute(
      db,
    );
    await sql`create index "wordsOfInvitations" on "invitations" ("tenant", "erasedAt", "expiresAt") where "erasedAt" is null`.execute(
      db,
    );
  },
});
