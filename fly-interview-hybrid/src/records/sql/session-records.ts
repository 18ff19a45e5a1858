import type { Kysely } from "kysely";
import type { Clock } from "../../clock.ts";
import { LeaseLost } from "../machines.ts";
import type { Admission, AdmissionLimits, Records, SessionFilter, SessionRecord } from "../records.ts";
import type { SessionBrief } from "../session-brief.ts";
import { eventOfStart, eventsOfChange } from "../webhook-events.ts";
import { compiledOnce } from "./compiled-once.ts";
import type { Outbox } from "./outbox.ts";
import type { OwnIds } from "./own-ids.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

type SessionRecords = Pick<
  Records,
  | "insertSession"
  | "insertRunning"
  | "startSession"
  | "updateSession"
  | "findSession"
  | "findByName"
  | "listSessions"
  | "runningSessions"
>;

interface SessionRecordsNeeds {
  readonly ids: OwnIds;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** The part of the records that is about sessions. */
export function sessionRecords(backend: SqlBackend, { ids, outbox, clock }: SessionRecordsNeeds): SessionRecords {
  const { database, together, lockTenant, isShared, runningCounts } = backend;
  const admit = admissionTo(backend, ids);
  const insertRow = compiledOnce((row: Schema["sessions"]) => database.insertInto("sessions").values(row));
  const insertSession = async (where: Kysely<Schema>, row: Schema["sessions"]): Promise<void> => {
    await insertRow(where, row);
    if (row.startedAt !== null && row.endedAt === null) await runningCounts?.add(where, { tenant: row.tenant });
  };
  const selectSession = compiledOnce(({ id }: ById) =>
    database.selectFrom("sessions").selectAll().where("id", "=", id),
  );
  const lockSession = compiledOnce(({ id }: ById) => {
    const session = database.selectFrom("sessions").selectAll().where("id", "=", id);
    return isShared ? session.forUpdate() : session;
  });
  const updateOwn = compiledOnce(({ id, owners, ...change }: OwnChange) =>
    database
      .updateTable("sessions")
      .set(change)
      .where("id", "=", id)
      .where((session) =>
        session.or([
          session("owner", "in", owners),
          session.and([session("owner", "is", null), session("startedAt", "is", null)]),
        ]),
      ),
  );

  return {
    async insertSession(session) {
      const row = toRow(session);
      // One that waits for its person is counted when it starts, so that one statement is all.
      if (row.startedAt === null) await insertSession(database, row);
      else await together((transaction) => insertSession(transaction, row));
    },
    insertRunning: (session, limits) =>
      together(async (transaction) => {
        await lockTenant(transaction, session.tenant);
        const admission = await admit(transaction, session, limits);
        const row = toRow({ ...session, owner: ids.current });
        if (admission !== "admitted") return admission;
        await insertSession(transaction, row);
        await outbox.add(transaction, session, () => [eventOfStart(session, session.startedAt ?? session.createdAt)]);
        return admission;
      }),
    startSession: (session, { resumeTokenHashes, ...times }, limits) =>
      together(async (transaction) => {
        await lockTenant(transaction, session.tenant);
        const admission = await admit(transaction, session, limits);
        if (admission !== "admitted") return admission;
        const started = await transaction
          .updateTable("sessions")
          .set({ ...times, resumeTokenHashes: JSON.stringify(resumeTokenHashes), owner: ids.current })
          .where("id", "=", session.id)
          .where("startedAt", "is", null)
          .where("endedAt", "is", null)
          .returning("consentedAt")
          .executeTakeFirst();
        if (started === undefined) return "gone";
        const begun = { ...session, ...times, ...started };
        await outbox.add(transaction, session, () => [eventOfStart(begun, times.startedAt)]);
        return "admitted";
      }),
    async updateSession(id, { resumeTokenHashes: hashes, ...change }) {
      const tokens = hashes === undefined ? {} : { resumeTokenHashes: JSON.stringify(hashes) };
      const update = async (where: Kysely<Schema>): Promise<void> => {
        const { numAffectedRows } = await updateOwn(where, { id, owners: ids.all, ...change, ...tokens });
        if (numAffectedRows === 0n) throw new LeaseLost();
      };
      const isEvent = change.endedAt !== undefined || change.interruptedAt !== undefined;
      if (!isEvent) return update(database);
      await together(async (transaction) => {
        const [before] = (await lockSession(transaction, { id })).rows;
        await update(transaction);
        if (before !== undefined)
          await outbox.add(transaction, before, () => eventsOfChange(before, change, clock.now()));
      });
    },
    async findSession(id) {
      const [row] = (await selectSession(database, { id })).rows;
      return row && toSession(row);
    },
    async findByName({ tenant, person }, name) {
      const ofPerson = database.selectFrom("sessions").selectAll().where("tenant", "=", tenant);
      const named = ofPerson.where("person", "=", person).where("name", "=", name);
      const row = await named.where("endedAt", "is", null).executeTakeFirst();
      return row && toSession(row);
    },
    async listSessions(filter) {
      const rows = await selectSessions(database, filter).execute();
      return rows.map(toSession);
    },
    async runningSessions() {
      const own = database.selectFrom("sessions").select("id").where("owner", "=", ids.current);
      const running = own.where("endedAt", "is", null).where("startedAt", "is not", null);
      return running.orderBy("createdAt").execute();
    },
  };
}

interface ById {
  readonly id: string;
}

type OwnChange = ById & { readonly owners: readonly string[] } & Partial<Schema["sessions"]>;

interface OfPerson {
  readonly tenant: string;
  readonly person: string;
}

interface AdmissionValues extends OfPerson {
  readonly self: string;
  readonly since: number | undefined;
}

interface AdmissionCounts {
  readonly ofPerson: number | null;
  readonly ofTenant: number | null;
  readonly recent?: number | null;
}

/**
 * Whether there is room for one more session of a person; all that has to be known for it is asked in one query. That keeps this process
 * from being buried until the transaction is over, so that what it begins is found as its own. Throws {@link LeaseLost} where it was.
 */
function admissionTo({ database, isShared, runningCounts }: SqlBackend, ids: OwnIds) {
  const count = database.selectFrom("sessions").select((session) => session.fn.countAll<number>().as("count"));
  const running = count.where("endedAt", "is", null).where("startedAt", "is not", null);
  const read = compiledOnce<AdmissionValues, AdmissionCounts>(({ self, tenant, person, since }) => {
    const machine = database.selectFrom("machines").where("machines.id", "=", self);
    const ofTenant = runningCounts?.ofTenant(tenant) ?? running.where("tenant", "=", tenant);
    const counts = (isShared ? machine.forShare("machines") : machine).select([
      running.where("tenant", "=", tenant).where("person", "=", person).as("ofPerson"),
      ofTenant.as("ofTenant"),
    ]);
    if (since === undefined) return counts;
    const recent = count.where("tenant", "=", tenant).where("person", "=", person).where("startedAt", ">=", since);
    return counts.select(recent.as("recent"));
  });
  return async (
    transaction: Kysely<Schema>,
    { tenant, person }: OfPerson,
    { begun, ofPerson, ofTenant }: AdmissionLimits,
  ): Promise<Admission> => {
    const [counts] = (await read(transaction, { self: ids.current, tenant, person, since: begun?.since })).rows;
    if (counts === undefined) throw new LeaseLost();
    if (begun !== undefined && (counts.recent ?? 0) >= begun.most) return "person_too_often";
    if ((counts.ofPerson ?? 0) >= ofPerson) return "person_full";
    return (counts.ofTenant ?? 0) >= ofTenant ? "tenant_full" : "admitted";
  };
}

/** Sessions of a list. */
export function selectSessions(database: Kysely<Schema>, filter: SessionFilter) {
  const { tenant, person, persona, endReason, from, to, status, after, limit } = filter;
  let query = database.selectFrom("sessions").selectAll().where("tenant", "=", tenant);
  if (person !== undefined) query = query.where("person", "=", person);
  if (persona !== undefined) query = query.where("persona", "=", persona);
  if (endReason !== undefined) query = query.where("endReason", "=", endReason);
  if (from !== undefined) query = query.where("createdAt", ">=", from);
  if (to !== undefined) query = query.where("createdAt", "<", to);
  if (status === "ended") query = query.where("endedAt", "is not", null);
  if (status === "running") query = query.where("endedAt", "is", null).where("startedAt", "is not", null);
  if (status === "scheduled") query = query.where("endedAt", "is", null).where("startedAt", "is", null);
  if (after !== undefined) {
    query = query.where((session) =>
      session.eb(session.refTuple("createdAt", "id"), "<", session.tuple(after.createdAt, after.id)),
    );
  }
  return query.orderBy("createdAt", "desc").orderBy("id", "desc").limit(limit);
}

/** A session as it is inserted. */
export function toRow(session: SessionRecord): Schema["sessions"] {
  return {
    ...session,
    brief: JSON.stringify(session.brief),
    resumeTokenHashes: JSON.stringify(session.resumeTokenHashes),
    heir: null,
    erasedAt: null,
  };
}

/** A row of sessions as it is handed out. */
export function toSession(row: Schema["sessions"]): SessionRecord {
  const { heir: _heir, erasedAt: _erasedAt, ...session } = row;
  return {
    ...session,
    brief: JSON.parse(row.brief) as SessionBrief,
    resumeTokenHashes: JSON.parse(row.resumeTokenHashes) as readonly string[],
  };
}
