import { sql } from "kysely";
import type { TenantScope } from "../tenant-scope.ts";
import { tokensOf } from "../usage.ts";
import { sum, toMark, usageOfCalls } from "./call-records.ts";
import { eraseWordsOf } from "./erasure-records.ts";
import { selectSessions, toSession } from "./session-records.ts";
import type { SqlBackend } from "./sql-backend.ts";
import { toTurn } from "./transcript-records.ts";
import { readWatched } from "./watched-sessions.ts";

/** What is asked on one tenant's behalf. Each query says whose rows it means; on Postgres the database sees to it as well. */
export function tenantScope({ asTenant }: SqlBackend, tenant: string): TenantScope {
  return {
    findSession: (id) =>
      asTenant(tenant, async (database) => {
        const own = database.selectFrom("sessions").selectAll().where("tenant", "=", tenant);
        const row = await own.where("id", "=", id).executeTakeFirst();
        return row && toSession(row);
      }),
    findByName: (person, name) =>
      asTenant(tenant, async (database) => {
        const ofPerson = database.selectFrom("sessions").selectAll().where("tenant", "=", tenant);
        const named = ofPerson.where("person", "=", person).where("name", "=", name);
        const row = await named.where("endedAt", "is", null).executeTakeFirst();
        return row && toSession(row);
      }),
    listSessions: (filter) =>
      asTenant(tenant, async (database) => {
        const rows = await selectSessions(database, { ...filter, tenant }).execute();
        return rows.map(toSession);
      }),
    watchedSessions: (limit) => asTenant(tenant, (database) => readWatched(database, tenant, limit)),
    callsOf: (sessionId) =>
      asTenant(tenant, (database) => {
        const own = database.selectFrom("calls").selectAll().where("tenant", "=", tenant);
        return own.where("sessionId", "=", sessionId).orderBy("createdAt").execute();
      }),
    findCall: (id) =>
      asTenant(tenant, (database) => {
        const own = database.selectFrom("calls").selectAll().where("tenant", "=", tenant);
        return own.where("id", "=", id).executeTakeFirst();
      }),
    marksOf: (sessionId) =>
      asTenant(tenant, async (database) => {
        const own = database.selectFrom("marks").innerJoin("sessions", "sessions.id", "marks.sessionId");
        const ofSession = own.selectAll("marks").where("tenant", "=", tenant).where("sessionId", "=", sessionId);
        const rows = await ofSession.orderBy("at").orderBy("marks.id").execute();
        return rows.map(toMark);
      }),
    turnsOf: (sessionId) =>
      asTenant(tenant, async (database) => {
        const own = database.selectFrom("turns").innerJoin("sessions", "sessions.id", "turns.sessionId");
        const ofSession = own.selectAll("turns").where("tenant", "=", tenant).where("sessionId", "=", sessionId);
        const rows = await ofSession.orderBy("n").execute();
        return rows.map(toTurn);
      }),
    usageOfCall: (callId) =>
      asTenant(tenant, (database) => {
        const own = usageOfCalls(database).where("calls.tenant", "=", tenant);
        return sum(own.where("calls.id", "=", callId));
      }),
    usageSince: (since) =>
      asTenant(tenant, (database) =>
        sum(usageOfCalls(database).where("calls.tenant", "=", tenant).where("calls.createdAt", ">=", since)),
      ),
    spentSince: (since, now) =>
      asTenant(tenant, async (database) => {
        const calls = database.selectFrom("calls").where("tenant", "=", tenant).where("createdAt", ">=", since);
        const usage = usageOfCalls(database).where("calls.tenant", "=", tenant).where("calls.createdAt", ">=", since);
        const lengths = calls.select(sql<number | null>`sum(coalesce("endedAt", ${now}) - "createdAt")`.as("ms"));
        const [length, used] = [await lengths.executeTakeFirst(), await sum(usage)];
        return { seconds: (length?.ms ?? 0) / 1000, tokens: tokensOf(used), money: used.money };
      }),
    eraseWords: (sessionId) =>
      asTenant(tenant, async (database) => {
        const own = database.selectFrom("sessions").select("id").where("tenant", "=", tenant);
        const session = await own.where("id", "=", sessionId).executeTakeFirst();
        return session === undefined ? 0 : eraseWordsOf(database, [session.id]);
      }),
  };
}
