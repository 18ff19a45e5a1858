import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** The outbox of webhooks: one row for each event and endpoint, until it has arrived. */
export const webhooks = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("webhookDeliveries")
      .addColumn("position", types.rowNumber, (column) =>
        types.rowNumber === "integer" ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("eventId", "text", (column) => column.notNull())
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("sessionId", "text", (column) => column.notNull().references("sessions.id"))
      .addColumn("endpoint", "text", (column) => column.notNull())
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("createdAt", types.whole, (column) => column.notNull())
      .addColumn("dueAt", types.whole, (column) => column.notNull())
      .addColumn("expiresAt", types.whole, (column) => column.notNull())
      .addColumn("attempts", types.whole, (column) => column.notNull())
      .addColumn("givenUpAt", types.whole)
      .addColumn("failure", "text")
      .execute();
    for (const index of INDEXES) await sql.raw(index).execute(db);
  },
});

const INDEXES = [
  `create index "dueDeliveries" on "webhookDeliveries" ("endpoint", "dueAt") where "givenUpAt" is null`,
  `create index "deliveriesOfSession" on "webhookDeliveries" ("sessionId", "endpoint", "position") where "givenUpAt" is null`,
  `create index "oldestDeliveries" on "webhookDeliveries" ("createdAt") where "givenUpAt" is null`,
  `create index "deadLetters" on "webhookDeliveries" ("tenant", "givenUpAt", "id") where "givenUpAt" is not null`,
];
