import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";

/** The length of calls that are billed by time. Those from before were billed by tokens. */
export const voiceSeconds = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("callUsage")
      .addColumn("voiceSeconds", types.real, (column) => column.notNull().defaultTo(0))
      .execute();
  },
});
