import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** For lists of a persona's sessions, and of those that ended for one reason: without them the whole past would be read. */
export const searchOfSessions = (): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const index of INDEXES) await sql.raw(index).execute(db);
  },
});

const INDEXES = [
  `create index "sessionsOfPersona" on "sessions" ("tenant", "persona", "createdAt", "id")`,
  `create index "sessionsByEnd" on "sessions" ("tenant", "endReason", "createdAt", "id") where "endReason" is not null`,
];
