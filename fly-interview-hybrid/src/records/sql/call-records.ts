import type { Kysely, SelectQueryBuilder } from "kysely";
import type { Mark } from "../marks.ts";
import type { CallState, Records } from "../records.ts";
import { NO_USAGE, toUsage, type Usage, USAGE_COUNTS } from "../usage.ts";
import type { Leases } from "./leases.ts";
import { eventOfMark } from "../webhook-events.ts";
import type { Outbox } from "./outbox.ts";
import type { OwnIds } from "./own-ids.ts";
import type { Schema } from "./schema.ts";

type CallRecords = Pick<
  Records,
  | "insertCall"
  | "updateCall"
  | "keepCallId"
  | "endCall"
  | "findCall"
  | "callsOf"
  | "unfinishedCalls"
  | "strayCalls"
  | "countCalls"
  | "insertCallItem"
  | "callItems"
  | "putUsage"
  | "usageOfCall"
  | "usageOfSession"
  | "usageOfTenant"
  | "insertMark"
  | "marksOf"
>;

interface CallRecordsNeeds {
  readonly leases: Leases;
  readonly ids: OwnIds;
  readonly outbox: Outbox;
}

/** The part of the records that is about calls: what became of them, what they used up, and what was noted in them. */
export function callRecords(database: Kysely<Schema>, { leases, ids, outbox }: CallRecordsNeeds): CallRecords {
  const unfinished = database
    .selectFrom("calls")
    .innerJoin("sessions", "sessions.id", "calls.sessionId")
    .selectAll("calls")
    .where("calls.endedAt", "is", null)
    .orderBy("calls.createdAt");

  return {
    async insertCall(call) {
      const subject = { sessionId: call.sessionId };
      const { columns, values } = leases.rowOf(subject, call);
      await leases.write(database.insertInto("calls").columns(columns).expression(values), subject);
    },
    async updateCall(id, change) {
      const update = database.updateTable("calls").set(change).where("id", "=", id);
      const isHeld = leases.held({ callId: id }).select("sessions.id");
      await leases.write(
        update.where((held) => held.exists(isHeld)),
        { callId: id },
      );
    },
    async keepCallId(id, upstreamCallId) {
      await database.updateTable("calls").set({ upstreamCallId }).where("id", "=", id).execute();
    },
    async endCall(id, end) {
      await database.updateTable("calls").set(end).where("id", "=", id).execute();
      await database.deleteFrom("callItems").where("callId", "=", id).execute();
    },
    findCall: (id) => database.selectFrom("calls").selectAll().where("id", "=", id).executeTakeFirst(),
    callsOf: (sessionId) =>
      database.selectFrom("calls").selectAll().where("sessionId", "=", sessionId).orderBy("createdAt").execute(),
    unfinishedCalls: () => unfinished.where("sessions.owner", "in", ids.all).execute(),
    strayCalls: () =>
      unfinished
        .where("sessions.endedAt", "is not", null)
        .where((call) =>
          call.or([
            call("sessions.owner", "is", null),
            call.not(
              call.exists(call.selectFrom("machines").select("id").whereRef("machines.id", "=", "sessions.owner")),
            ),
          ]),
        )
        .execute(),
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
      const { columns, values } = leases.rowOf({ callId: item.callId }, item);
      const insert = database.insertInto("callItems").columns(columns).expression(values);
      await leases.write(
        insert.onConflict((conflict) => conflict.columns(["callId", "itemId"]).doNothing()),
        { callId: item.callId },
      );
    },
    callItems: (callId) =>
      database
        .selectFrom("callItems")
        .select(["callId", "itemId", "previousId"])
        .where("callId", "=", callId)
        .orderBy("position")
        .execute(),

    async putUsage(callId, usage) {
      const { columns, values } = leases.rowOf({ callId }, { callId, ...usage });
      const insert = database.insertInto("callUsage").columns(columns).expression(values);
      await leases.write(
        insert.onConflict((conflict) => conflict.column("callId").doUpdateSet(usage)),
        { callId },
      );
    },
    usageOfCall: (callId) => sum(usageOfCalls(database).where("calls.id", "=", callId)),
    usageOfSession: (sessionId) => sum(usageOfCalls(database).where("calls.sessionId", "=", sessionId)),
    usageOfTenant: (tenant, since) =>
      sum(usageOfCalls(database).where("calls.tenant", "=", tenant).where("calls.createdAt", ">=", since)),

    async insertMark(mark) {
      const { sessionId, counted } = mark;
      const row = { ...mark, counted: counted === null ? null : Number(counted) };
      const { columns, values } = leases.rowOf({ sessionId }, row, ["text"]);
      const insert = (where: Kysely<Schema>) =>
        where
          .insertInto("marks")
          .columns(columns)
          .expression(values)
          .onConflict((conflict) => conflict.column("id").doNothing());
      const event = eventOfMark(mark);
      const insertWithEvent = () =>
        database.transaction().execute(async (transaction) => {
          const result = await insert(transaction).executeTakeFirst();
          const isNew = result.numInsertedOrUpdatedRows === 1n;
          if (isNew && event !== undefined) await outbox.addById(transaction, sessionId, event);
          return result;
        });
      const write = event === undefined ? insert(database) : { executeTakeFirst: insertWithEvent };
      await leases.write(write, { sessionId });
    },
    async marksOf(sessionId) {
      const marks = database.selectFrom("marks").selectAll().where("sessionId", "=", sessionId);
      const rows = await marks.orderBy("at").orderBy("id").execute();
      return rows.map(toMark);
    },
  };
}

/** A row of marks as it is handed out. */
export function toMark({ counted, ...mark }: Schema["marks"]): Mark {
  return { ...mark, counted: counted === null ? null : counted === 1 };
}

type UsageOfCalls = ReturnType<typeof usageOfCalls>;

/** What calls have used up, each in its row. */
export function usageOfCalls(
  database: Kysely<Schema>,
): SelectQueryBuilder<Pick<Schema, "calls" | "callUsage">, "calls" | "callUsage", object> {
  return database.selectFrom("callUsage").innerJoin("calls", "calls.id", "callUsage.callId");
}

/** The sum over calls. */
export async function sum(calls: UsageOfCalls): Promise<Usage> {
  const sums = await calls
    .select(({ fn }) => USAGE_COUNTS.map((name) => fn.sum<number | null>(`callUsage.${name}`).as(name)))
    .executeTakeFirst();
  return sums === undefined ? NO_USAGE : toUsage((name) => sums[name] ?? 0);
}
