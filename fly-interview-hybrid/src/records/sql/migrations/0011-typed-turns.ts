import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** Which turns were typed, and since when the candidate of a session has the microphone muted. */
export const typedTurns = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("turns")
      .addColumn("typed", types.whole, (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable("sessions").addColumn("mutedAt", types.whole).execute();
  },
});
