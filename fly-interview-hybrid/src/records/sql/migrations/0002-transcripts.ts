import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** Turns, the seals of finished transcripts, and secrets that the server makes for itself. */
export const transcripts = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("turns")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("sessionId", "text", (column) => column.notNull().references("sessions.id"))
      .addColumn("callId", "text", (column) => column.notNull().references("calls.id"))
      .addColumn("n", types.whole, (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("text", "text")
      .addColumn("heardText", "text")
      .addColumn("salt", "text")
      .addColumn("textHash", "text")
      .addColumn("heardTextHash", "text")
      .addColumn("heardMs", types.real)
      .addColumn("startedAt", types.whole)
      .addColumn("endedAt", types.whole)
      .addColumn("inferred", types.whole, (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("turnsOfSession").on("turns").columns(["sessionId", "n"]).unique().execute();

    await db.schema
      .createTable("transcriptSeals")
      .addColumn("sessionId", "text", (column) => column.primaryKey().references("sessions.id"))
      .addColumn("turns", types.whole, (column) => column.notNull())
      .addColumn("head", "text", (column) => column.notNull())
      .addColumn("publicKey", "text", (column) => column.notNull())
      .addColumn("signature", "text", (column) => column.notNull())
      .execute();

    await db.schema
      .createTable("serverSecrets")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .execute();
  },
});
