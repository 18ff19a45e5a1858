import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../clock.ts";
import { LeaseLost } from "../machines.ts";
import type { Admission, AdmissionLimits, Records, SessionFilter, SessionRecord } from "../records.ts";
import type { SessionBrief } from "../session-brief.ts";
import { eventOfStart, eventsOfChange } from "../webhook-events.ts";
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
export function sessionRecords(
  { database, lockTenant, isShared }: SqlBackend,
  { ids, outbox, clock }: SessionRecordsNeeds,
): SessionRecords {
  /** Keeps this process from being buried until the transaction is over, so that what it begins is found as its own. */
  const holdSelf = async (transaction: Transaction<Schema>): Promise<void> => {
    const self = transaction.selectFrom("machines").select("id").where("id", "=", ids.current);
    const row = await (isShared ? self.forShare() : self).executeTakeFirst();
    if (row === undefined) throw new LeaseLost();
  };

  return {
    async insertSession(session) {
      await database.insertInto("sessions").values(toRow(session)).execute();
    },
    insertRunning: (session, limits) =>
      database.transaction().execute(async (transaction) => {
        await lockTenant(transaction, session.tenant);
        await holdSelf(transaction);
        const admission = await admit(transaction, session, limits);
        const row = toRow({ ...session, owner: ids.current });
        if (admission !== "admitted") return admission;
        await transaction.insertInto("sessions").values(row).execute();
        await outbox.add(transaction, session, [eventOfStart(session, session.startedAt ?? session.createdAt)]);
        return admission;
      }),
    startSession: (session, { resumeTokenHashes, ...times }, limits) =>
      database.transaction().execute(async (transaction) => {
        await lockTenant(transaction, session.tenant);
        await holdSelf(transaction);
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
        await outbox.add(transaction, session, [eventOfStart({ ...session, ...times, ...started }, times.startedAt)]);
        return "admitted";
      }),
    async updateSession(id, { resumeTokenHashes: hashes, ...change }) {
      const tokens = hashes === undefined ? {} : { resumeTokenHashes: JSON.stringify(hashes) };
      const update = async (where: Kysely<Schema>): Promise<void> => {
        const { numUpdatedRows } = await where
          .updateTable("sessions")
          .set({ ...change, ...tokens })
          .where("id", "=", id)
          .where((session) =>
            session.or([
              session("owner", "in", ids.all),
              session.and([session("owner", "is", null), session("startedAt", "is", null)]),
            ]),
          )
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw new LeaseLost();
      };
      const isEvent = change.endedAt !== undefined || change.interruptedAt !== undefined;
      if (!isEvent) return update(database);
      await database.transaction().execute(async (transaction) => {
        const session = transaction.selectFrom("sessions").selectAll().where("id", "=", id);
        const before = await (isShared ? session.forUpdate() : session).executeTakeFirst();
        await update(transaction);
        if (before !== undefined) await outbox.add(transaction, before, eventsOfChange(before, change, clock.now()));
      });
    },
    async findSession(id) {
      const row = await database.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
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

async function admit(
  database: Kysely<Schema>,
  { tenant, person }: Pick<SessionRecord, "tenant" | "person">,
  { begun, ...limits }: AdmissionLimits,
): Promise<Admission> {
  const running = database
    .selectFrom("sessions")
    .select((session) => session.fn.countAll<number>().as("count"))
    .where("tenant", "=", tenant)
    .where("endedAt", "is", null)
    .where("startedAt", "is not", null);
  if (begun !== undefined) {
    const recent = await database
      .selectFrom("sessions")
      .select((session) => session.fn.countAll<number>().as("count"))
      .where("tenant", "=", tenant)
      .where("person", "=", person)
      .where("startedAt", ">=", begun.since)
      .executeTakeFirstOrThrow();
    if (recent.count >= begun.most) return "person_too_often";
  }
  const ofPerson = await running.where("person", "=", person).executeTakeFirstOrThrow();
  if (ofPerson.count >= limits.ofPerson) return "person_full";
  const ofTenant = await running.executeTakeFirstOrThrow();
  return ofTenant.count >= limits.ofTenant ? "tenant_full" : "admitted";
}

/** Sessions of a list. */
export function selectSessions(database: Kysely<Schema>, { tenant, person, status, after, limit }: SessionFilter) {
  let query = database.selectFrom("sessions").selectAll().where("tenant", "=", tenant);
  if (person !== undefined) query = query.where("person", "=", person);
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
export function toRow({ brief, resumeTokenHashes, ...session }: SessionRecord): Schema["sessions"] {
  return {
    ...session,
    brief: JSON.stringify(brief),
    resumeTokenHashes: JSON.stringify(resumeTokenHashes),
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
