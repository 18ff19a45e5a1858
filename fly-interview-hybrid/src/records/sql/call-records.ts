import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import type { Mark } from "../marks.ts";
import type { CallItemRecord, CallRecord, Records } from "../records.ts";
import { NO_USAGE, toUsage, type Usage, USAGE_COUNTS } from "../usage.ts";
import { compiledOnce } from "./compiled-once.ts";
import { heldRow, type Leases } from "./leases.ts";
import { eventOfMark } from "../webhook-events.ts";
import type { Outbox } from "./outbox.ts";
import type { OwnIds } from "./own-ids.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

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
  | "countOrphans"
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

type ChangedCall = Pick<CallRecord, "id"> & Partial<CallRecord>;

/** The part of the records that is about calls: what became of them, what they used up, and what was noted in them. */
export function callRecords(
  { database, together }: SqlBackend,
  { leases, ids, outbox }: CallRecordsNeeds,
): CallRecords {
  const unfinished = database
    .selectFrom("calls")
    .innerJoin("sessions", "sessions.id", "calls.sessionId")
    .selectAll("calls")
    .where("calls.endedAt", "is", null)
    .orderBy("calls.createdAt");
  const insertCall = leases.writer("session", (held, call: CallRecord) => {
    const { columns, values } = heldRow(held, call);
    return database.insertInto("calls").columns(columns).expression(values);
  });
  const updateCall = leases.writer("call", (held, { id, ...change }: ChangedCall) => {
    const update = database.updateTable("calls").set(change).where("id", "=", id);
    return update.where((call) => call.exists(held.select("sessions.id")));
  });
  const changeCall = compiledOnce(({ id, ...change }: ChangedCall) =>
    database.updateTable("calls").set(change).where("id", "=", id),
  );
  const deleteItems = compiledOnce(({ callId }: { readonly callId: string }) =>
    database.deleteFrom("callItems").where("callId", "=", callId),
  );
  const insertItem = leases.writer("call", (held, item: CallItemRecord) => {
    const { columns, values } = heldRow(held, item);
    const insert = database.insertInto("callItems").columns(columns).expression(values);
    return insert.onConflict((conflict) => conflict.columns(["callId", "itemId"]).doNothing());
  });
  const putUsage = leases.writer("call", (held, row: { readonly callId: string } & Usage) => {
    const { columns, values } = heldRow(held, row);
    const { callId: _callId, ...usage } = row;
    const insert = database.insertInto("callUsage").columns(columns).expression(values);
    return insert.onConflict((conflict) => conflict.column("callId").doUpdateSet(usage));
  });
  const insertMark = leases.writer("session", (held, mark: Schema["marks"]) => {
    const { columns, values } = heldRow(held, mark, ["text"]);
    const insert = database.insertInto("marks").columns(columns).expression(values);
    return insert.onConflict((conflict) => conflict.column("id").doNothing());
  });

  return {
    insertCall: async (call) => void (await insertCall(call.sessionId, call)),
    updateCall: async (id, change) => void (await updateCall(id, { id, ...change })),
    keepCallId: async (id, upstreamCallId) => void (await changeCall(database, { id, upstreamCallId })),
    async endCall(id, end) {
      await changeCall(database, { id, ...end });
      await deleteItems(database, { callId: id });
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
    async countOrphans() {
      const orphans = database.selectFrom("calls").where("state", "=", sql.lit("possible_orphan"));
      const { count } = await orphans.select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
      return count;
    },

    insertCallItem: async (item) => void (await insertItem(item.callId, item)),
    callItems: (callId) =>
      database
        .selectFrom("callItems")
        .select(["callId", "itemId", "previousId"])
        .where("callId", "=", callId)
        .orderBy("position")
        .execute(),

    putUsage: async (callId, usage) => void (await putUsage(callId, { callId, ...usage })),
    usageOfCall: (callId) => sum(usageOfCalls(database).where("calls.id", "=", callId)),
    usageOfSession: (sessionId) => sum(usageOfCalls(database).where("calls.sessionId", "=", sessionId)),
    usageOfTenant: (tenant, since) =>
      sum(usageOfCalls(database).where("calls.tenant", "=", tenant).where("calls.createdAt", ">=", since)),

    async insertMark(mark) {
      const { sessionId, counted } = mark;
      const row = { ...mark, counted: counted === null ? null : Number(counted) };
      const event = eventOfMark(mark);
      if (event === undefined) await insertMark(sessionId, row);
      else
        await together(async (transaction) => {
          const isNew = await insertMark(sessionId, row, transaction);
          if (isNew) await outbox.addById(transaction, sessionId, event);
        });
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
