import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** What each index is on, and which sessions are in it. */
const INDEXES = [
  // For whether a person may start another one.
  `"runningSessionsOfPerson" on "sessions" ("tenant", "person", "endedAt") where "endedAt" is null and "startedAt" is not null`,
  // For whether a tenant may, and for lists.
  `"runningSessionsOfTenant" on "sessions" ("tenant", "endedAt", "createdAt", "id") where "endedAt" is null and "startedAt" is not null`,
  `"waitingSessionsOfTenant" on "sessions" ("tenant", "endedAt", "createdAt", "id") where "endedAt" is null and "startedAt" is null`,
  `"sessionsOfPerson" on "sessions" ("tenant", "person", "createdAt", "id")`,
  // For a start and for the sweeps.
  `"unendedSessions" on "sessions" ("endedAt", "startedAt", "deadline") where "endedAt" is null`,
];

/**
 * Indexes by which the few sessions that have not ended are found among all that ever were. They name `endedAt` although
 * it is null in each of them: the planner prefers an index by the number of columns that it can use of it.
 */
export const unendedSessions = (): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const replaced of ["unfinishedSessions", "runningSessions"]) await db.schema.dropIndex(replaced).execute();
    for (const index of INDEXES) await sql.raw(`create index ${index}`).execute(db);
  },
});
