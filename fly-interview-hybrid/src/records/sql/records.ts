import { sql } from "kysely";
import type { Clock } from "../../clock.ts";
import { RecordConflict, type Records } from "../records.ts";
import type { EndpointsOf } from "../webhooks.ts";
import { callRecords } from "./call-records.ts";
import { erasureRecords } from "./erasure-records.ts";
import { invitationRecords } from "./invitation-records.ts";
import { Leases } from "./leases.ts";
import { machineRecords } from "./machine-records.ts";
import { Outbox } from "./outbox.ts";
import { OwnIds } from "./own-ids.ts";
import { sessionRecords } from "./session-records.ts";
import type { SqlBackend } from "./sql-backend.ts";
import { tenantRecords } from "./tenant-records.ts";
import { tenantScope } from "./tenant-scope.ts";
import { transcriptRecords } from "./transcript-records.ts";
import { webhookRecords } from "./webhook-records.ts";

/**
 * Records in an SQL database whose tables are up to date, as a machine of its own. Closes the database with them.
 * `endpointsOf`: who is told of what is written.
 */
export function sqlRecords(backend: SqlBackend, clock: Clock, endpointsOf: EndpointsOf = () => []): Records {
  const { database } = backend;
  const ids = new OwnIds();
  const leases = new Leases(backend, ids);
  const outbox = new Outbox(endpointsOf, clock);
  const calls = callRecords(backend, { leases, ids, outbox });
  const conflictsOf = namesConflicts(backend);
  let closing: Promise<void> | undefined;

  return {
    ...machineRecords(backend, ids),
    ...sessionRecords(backend, { ids, outbox, clock }),
    ...calls,
    ...transcriptRecords(backend, { leases, outbox, clock }),
    ...webhookRecords(backend, leases, outbox),
    ...tenantRecords(backend),
    of: (tenant) => tenantScope(backend, tenant),
    ...invitationRecords(backend),
    ...erasureRecords(backend),
    updateCall: conflictsOf(calls.updateCall),
    endCall: conflictsOf(calls.endCall),
    insertCallItem: conflictsOf(calls.insertCallItem),
    putUsage: conflictsOf(calls.putUsage),
    insertMark: conflictsOf(calls.insertMark),

    async spendTicket(id, expiresAt) {
      await database
        .deleteFrom("usedTickets")
        .where("expiresAt", "<", clock.now() - FORGET_TICKETS_AFTER_MS)
        .execute();
      const result = await database
        .insertInto("usedTickets")
        .values({ id, expiresAt })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },

    async isTicketSpent(id) {
      const mark = database.selectFrom("usedTickets").select("id").where("id", "=", id);
      return (await mark.executeTakeFirst()) !== undefined;
    },

    async check() {
      await sql`select 1`.execute(database);
    },
    close: () => (closing ??= database.destroy()),
  };
}

/** Lets a write say that trying again cannot help. */
function namesConflicts({ isConstraint }: SqlBackend) {
  return <Args extends unknown[]>(write: (...args: Args) => Promise<void>) =>
    (...args: Args): Promise<void> =>
      write(...args).catch((error: unknown) => {
        throw isConstraint(error) ? new RecordConflict(error) : error;
      });
}

/** Longer than any clock tolerance of the token check, so that a mark outlives its ticket. */
const FORGET_TICKETS_AFTER_MS = 60_000;
