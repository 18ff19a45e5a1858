import type { Kysely, SelectQueryBuilder } from "kysely";
import type { CallState, Records } from "../records.ts";
import { NO_USAGE, toUsage, type Usage, USAGE_COUNTS } from "../usage.ts";
import type { Schema } from "./schema.ts";

type CallRecords = Pick<
  Records,
  | "insertCall"
  | "updateCall"
  | "callsOf"
  | "unfinishedCalls"
  | "countCalls"
  | "insertCallItem"
  | "callItems"
  | "forgetCallItems"
  | "putUsage"
  | "usageOfCall"
  | "usageOfSession"
  | "usageOfTenant"
  | "insertMark"
  | "marksOf"
>;

/** The part of the records that is about calls: what became of them, what they used up, and what was noted in them. */
export function callRecords(database: Kysely<Schema>): CallRecords {
  return {
    async insertCall(call) {
      await database.insertInto("calls").values(call).execute();
    },
    async updateCall(id, change) {
      await database.updateTable("calls").set(change).where("id", "=", id).execute();
    },
    callsOf: (sessionId) =>
      database.selectFrom("calls").selectAll().where("sessionId", "=", sessionId).orderBy("createdAt").execute(),
    unfinishedCalls: () =>
      database.selectFrom("calls").selectAll().where("endedAt", "is", null).orderBy("createdAt").execute(),
    async countCalls() {
      const rows = await database
        .selectFrom("calls")
        .select(["state", (count) => count.fn.countAll<number>().as("calls")])
        .groupBy("state")
        .execute();
      const counts: Record<CallState, number> = { connecting: 0, live: 0, ended: 0, failed: 0, possible_orphan: 0 };
      for (const row of rows) counts[row.state] = row.calls;
      return counts;
    },

    async insertCallItem(item) {
      await database
        .insertInto("callItems")
        .values(item)
        .onConflict((conflict) => conflict.columns(["callId", "itemId"]).doNothing())
        .execute();
    },
    callItems: (callId) =>
      database
        .selectFrom("callItems")
        .select(["callId", "itemId", "previousId"])
        .where("callId", "=", callId)
        .orderBy("position")
        .execute(),
    async forgetCallItems(callId) {
      await database.deleteFrom("callItems").where("callId", "=", callId).execute();
    },

    async putUsage(callId, usage) {
      await database
        .insertInto("callUsage")
        .values({ callId, ...usage })
        .onConflict((conflict) => conflict.column("callId").doUpdateSet(usage))
        .execute();
    },
    usageOfCall: (callId) => sum(usageOfCalls(database).where("calls.id", "=", callId)),
    usageOfSession: (sessionId) => sum(usageOfCalls(database).where("calls.sessionId", "=", sessionId)),
    usageOfTenant: (tenant, since) =>
      sum(usageOfCalls(database).where("calls.tenant", "=", tenant).where("calls.createdAt", ">=", since)),

    async insertMark({ counted, ...mark }) {
      await database
        .insertInto("marks")
        .values({ ...mark, counted: counted === null ? null : Number(counted) })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
    },
    async marksOf(sessionId) {
      const marks = database.selectFrom("marks").selectAll().where("sessionId", "=", sessionId);
      const rows = await marks.orderBy("at").orderBy("id").execute();
      return rows.map(({ counted, ...mark }) => ({ ...mark, counted: counted === null ? null : counted === 1 }));
    },
  };
}

type UsageOfCalls = ReturnType<typeof usageOfCalls>;

function usageOfCalls(
  database: Kysely<Schema>,
): SelectQueryBuilder<Pick<Schema, "calls" | "callUsage">, "calls" | "callUsage", object> {
  return database.selectFrom("callUsage").innerJoin("calls", "calls.id", "callUsage.callId");
}

async function sum(calls: UsageOfCalls): Promise<Usage> {
  const sums = await calls
    .select(({ fn }) => USAGE_COUNTS.map((name) => fn.sum<number | null>(`callUsage.${name}`).as(name)))
    .executeTakeFirst();
  return sums === undefined ? NO_USAGE : toUsage((name) => sums[name] ?? 0);
}
