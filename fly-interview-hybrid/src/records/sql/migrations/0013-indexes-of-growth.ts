import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * For what read a table from end to end: the erasure of a tenant, because a row that others name is deleted only when none of them is
 * found any more; the end of a ticket; the forgetting of dead letters; and the count of calls that may run and are nobody's.
 */
export const indexesOfGrowth = (): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const index of INDEXES) await sql.raw(index).execute(db);
  },
});

const INDEXES = [
  `create index "turnsOfCall" on "turns" ("callId")`,
  `create index "marksOfCall" on "marks" ("callId")`,
  `create index "allDeliveriesOfSession" on "webhookDeliveries" ("sessionId")`,
  `create index "invitationsOfSession" on "invitations" ("sessionId")`,
  `create index "ticketsByExpiry" on "usedTickets" ("expiresAt")`,
  `create index "lettersByAge" on "webhookDeliveries" ("givenUpAt") where "givenUpAt" is not null`,
  `create index "possibleOrphans" on "calls" ("state") where "state" = 'possible_orphan'`,
];
