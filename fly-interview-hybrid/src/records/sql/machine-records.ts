import type { Kysely, SelectQueryBuilder } from "kysely";
import type { MachineRecords } from "../machines.ts";
import type { RunningRecord, SessionRecord } from "../records.ts";
import type { OwnIds } from "./own-ids.ts";
import type { Schema } from "./schema.ts";
import { toSession } from "./session-records.ts";
import type { SqlBackend } from "./sql-backend.ts";

/** The part of the records by which processes share them. */
export function machineRecords({ database, together, isShared }: SqlBackend, ids: OwnIds): MachineRecords {
  /** Makes the sessions of a query this process's own. */
  const claim = async (
    sessions: SelectQueryBuilder<Schema, "sessions", { id: string }>,
  ): Promise<readonly SessionRecord[]> => {
    // Each of several that claim at once gets what the others do not.
    const free = isShared ? sessions.forUpdate().skipLocked() : sessions;
    // What is claimed under the id of a machine that was buried meanwhile would be taken for somebody's for ever.
    const self = database.selectFrom("machines").select("id").where("id", "=", ids.current);
    const rows = await database
      .updateTable("sessions")
      .set(({ eb }) => ({ owner: ids.current, heir: null, fence: eb("fence", "+", 1) }))
      .where("id", "in", free)
      .where((session) => session.exists(isShared ? self.forShare() : self))
      .returningAll()
      .execute();
    return rows.map(toSession);
  };
  /** Under which it has shown itself last, as far as the process knows: a beat that fails half-way may have renewed it. */
  let known = ids.current;
  const unended = database.selectFrom("sessions").select("id").where("endedAt", "is", null);
  const bury = (id: string, beat?: number): Promise<void> => together((transaction) => buryIn(transaction, id, beat));

  return {
    async beat({ address, draining }) {
      const state = { address, draining: draining ? 1 : 0 };
      const alive = await database
        .updateTable("machines")
        .set(({ eb }) => ({ ...state, beat: eb("beat", "+", 1) }))
        .where("id", "=", ids.current)
        .executeTakeFirst();
      if (alive.numUpdatedRows === 0n) {
        if (ids.isKnown) ids.renew();
        ids.isKnown = true;
        await database
          .insertInto("machines")
          .values({ id: ids.current, ...state, beat: 0 })
          .execute();
      }
      const rows = await database.selectFrom("machines").selectAll().execute();
      const machines = rows.map((row) => ({ ...row, draining: row.draining === 1 }));
      const wasBuried = known !== ids.current;
      known = ids.current;
      return { self: known, wasBuried, machines };
    },
    bury: ({ id, beat }) => bury(id, beat),
    leave: () => bury(ids.current),
    async claimUnowned(limit) {
      const unowned = unended.where("owner", "is", null).where("startedAt", "is not", null);
      return (await claim(unowned.orderBy("createdAt").limit(limit))).flatMap(toRunning);
    },
    claimOverdue(now, limit) {
      const overdue = unended.where("startedAt", "is", null).where("deadline", "<", now).limit(limit);
      // Those of this process are what it has failed to end before.
      return claim(
        overdue.where((session) => session.or([session("owner", "is", null), session("owner", "=", ids.current)])),
      );
    },
    async bequeath(sessionIds, heir) {
      if (sessionIds.length === 0) return;
      await database
        .updateTable("sessions")
        .set({ heir })
        .where("id", "in", sessionIds)
        .where("owner", "=", ids.current)
        .execute();
    },
    async offeredSessions() {
      const offered = database.selectFrom("sessions").selectAll().where("heir", "=", ids.current);
      const rows = await offered.where("endedAt", "is", null).execute();
      return rows.map(toSession).flatMap(toRunning);
    },
    async inherit(sessionId) {
      const offered = unended.where("id", "=", sessionId).where("heir", "=", ids.current);
      const [record] = (await claim(offered)).flatMap(toRunning);
      return record;
    },
  };
}

/** First the machine, whose row what it begins at that moment waits for, and then what it has. */
async function buryIn(database: Kysely<Schema>, id: string, beat: number | undefined): Promise<void> {
  const row = database.deleteFrom("machines").where("id", "=", id);
  const { numDeletedRows } = await (beat === undefined ? row : row.where("beat", "=", beat)).executeTakeFirst();
  if (numDeletedRows === 0n) return;
  await database
    .updateTable("sessions")
    .set({ owner: null })
    .where("endedAt", "is", null)
    .where("owner", "=", id)
    .execute();
}

function toRunning({ startedAt, ...session }: SessionRecord): RunningRecord[] {
  return startedAt === null ? [] : [{ ...session, startedAt }];
}
