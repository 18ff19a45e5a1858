import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** The counts as they were when this migration was written. */
const COUNTS = [
  "responses",
  "inputTextTokens",
  "inputAudioTokens",
  "cachedTextTokens",
  "cachedAudioTokens",
  "outputTextTokens",
  "outputAudioTokens",
  "transcriptionSeconds",
  "transcriptionTokens",
  "money",
  "absences",
];

/** What a session may use, what it used, what was noted of it, and the items of its running call. */
export const supervision = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    // Sessions from before had one hour and no warnings.
    const before = `{"maxSeconds":3600,"warnAtSeconds":[],"budget":{}}`;
    await db.schema
      .alterTable("sessions")
      .addColumn("brief", "text", (column) => column.notNull().defaultTo(before))
      .execute();
    await db.schema.alterTable("sessions").addColumn("startedAt", types.whole).execute();
    await db.schema.alterTable("calls").addColumn("greetedAt", types.whole).execute();
    await sql`update "sessions" set "startedAt" = "createdAt"`.execute(db);
    await sql`create index "runningSessions" on "sessions" ("tenant", "person") where "endedAt" is null and "startedAt" is not null`.execute(
      db,
    );
    await db.schema.createIndex("sessionsOfTenant").on("sessions").columns(["tenant", "createdAt", "id"]).execute();
    await db.schema.createIndex("callsOfTenant").on("calls").columns(["tenant", "createdAt"]).execute();

    await db.schema
      .createTable("callItems")
      .addColumn("position", types.rowNumber, (column) =>
        types.rowNumber === "integer" ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn("callId", "text", (column) => column.notNull().references("calls.id"))
      .addColumn("itemId", "text", (column) => column.notNull())
      .addColumn("previousId", "text")
      .addUniqueConstraint("itemOfCall", ["callId", "itemId"])
      .execute();

    let usage = db.schema
      .createTable("callUsage")
      .addColumn("callId", "text", (column) => column.primaryKey().references("calls.id"));
    for (const count of COUNTS) usage = usage.addColumn(count, types.real, (column) => column.notNull());
    await usage.execute();

    await db.schema
      .createTable("marks")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("sessionId", "text", (column) => column.notNull().references("sessions.id"))
      .addColumn("callId", "text", (column) => column.notNull().references("calls.id"))
      .addColumn("at", types.whole, (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("text", "text")
      .addColumn("counted", types.whole)
      .execute();
    await db.schema.createIndex("marksOfSession").on("marks").columns(["sessionId", "at"]).execute();
  },
});
