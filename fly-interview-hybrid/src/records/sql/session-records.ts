import type { Kysely, NotNull } from "kysely";
import type { Admission, AdmissionLimits, Records, SessionFilter, SessionRecord } from "../records.ts";
import type { SessionBrief } from "../session-brief.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

type SessionRecords = Pick<
  Records,
  | "insertSession"
  | "insertRunning"
  | "startSession"
  | "updateSession"
  | "findSession"
  | "listSessions"
  | "runningSessions"
  | "overdueSessions"
>;

/** The part of the records that is about sessions. */
export function sessionRecords({ database, lockTenant }: SqlBackend): SessionRecords {
  return {
    async insertSession(session) {
      await database.insertInto("sessions").values(toRow(session)).execute();
    },
    insertRunning: (session, limits) =>
      database.transaction().execute(async (transaction) => {
        await lockTenant(transaction, session.tenant);
        const admission = await admit(transaction, session, limits);
        if (admission === "admitted") await transaction.insertInto("sessions").values(toRow(session)).execute();
        return admission;
      }),
    startSession: (session, change, limits) =>
      database.transaction().execute(async (transaction) => {
        await lockTenant(transaction, session.tenant);
        const admission = await admit(transaction, session, limits);
        if (admission !== "admitted") return admission;
        const result = await transaction
          .updateTable("sessions")
          .set(change)
          .where("id", "=", session.id)
          .where("startedAt", "is", null)
          .where("endedAt", "is", null)
          .executeTakeFirst();
        return result.numUpdatedRows === 1n ? "admitted" : "gone";
      }),
    async updateSession(id, change) {
      await database.updateTable("sessions").set(change).where("id", "=", id).execute();
    },
    async findSession(id) {
      const row = await database.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toSession(row);
    },
    async listSessions(filter) {
      const rows = await select(database, filter).execute();
      return rows.map(toSession);
    },
    async runningSessions() {
      const unended = database.selectFrom("sessions").selectAll().where("endedAt", "is", null);
      const running = unended.where("startedAt", "is not", null).$narrowType<{ startedAt: NotNull }>();
      const rows = await running.orderBy("createdAt").execute();
      return rows.map((row) => ({ ...toSession(row), startedAt: row.startedAt }));
    },
    async overdueSessions(now) {
      const unended = database.selectFrom("sessions").selectAll().where("endedAt", "is", null);
      const rows = await unended.where("startedAt", "is", null).where("deadline", "<", now).execute();
      return rows.map(toSession);
    },
  };
}

async function admit(
  database: Kysely<Schema>,
  { tenant, person }: Pick<SessionRecord, "tenant" | "person">,
  limits: AdmissionLimits,
): Promise<Admission> {
  const running = database
    .selectFrom("sessions")
    .select((session) => session.fn.countAll<number>().as("count"))
    .where("tenant", "=", tenant)
    .where("endedAt", "is", null)
    .where("startedAt", "is not", null);
  const ofPerson = await running.where("person", "=", person).executeTakeFirstOrThrow();
  if (ofPerson.count >= limits.ofPerson) return "person_full";
  const ofTenant = await running.executeTakeFirstOrThrow();
  return ofTenant.count >= limits.ofTenant ? "tenant_full" : "admitted";
}

function select(database: Kysely<Schema>, { tenant, person, status, after, limit }: SessionFilter) {
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

function toRow({ brief, ...session }: SessionRecord): Schema["sessions"] {
  return { ...session, brief: JSON.stringify(brief) };
}

function toSession({ brief, ...row }: Schema["sessions"]): SessionRecord {
  return { ...row, brief: JSON.parse(brief) as SessionBrief };
}
