import { type Kysely, sql } from "kysely";
import type { CallRecord } from "../records.ts";
import type { WatchedSession } from "../watched-sessions.ts";
import type { Schema } from "./schema.ts";

/** Reads the sessions of a tenant that run, newest first, in four queries however many there are. */
export async function readWatched(
  database: Kysely<Schema>,
  tenant: string,
  limit: number,
): Promise<{ readonly sessions: readonly WatchedSession[]; readonly total: number }> {
  // By the tenant of the sessions alone: by that of the calls, SQLite would look through all that it ever had.
  const running = database
    .selectFrom("sessions")
    .where("sessions.tenant", "=", tenant)
    .where("sessions.endedAt", "is", null)
    .where("sessions.startedAt", "is not", null);
  const sessions = await running
    .select(["id", "person", "persona", "startedAt", "deadline", "interruptedAt", "mutedAt"])
    .orderBy("createdAt", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  const counted = await running.select((session) => session.fn.countAll<number>().as("total")).executeTakeFirst();
  // Summed up here, because each row that is handed over costs as much as to read a few.
  const calls = await running
    .innerJoin("calls", "calls.sessionId", "sessions.id")
    .leftJoin("callUsage", "callUsage.callId", "calls.id")
    .select(["calls.sessionId", ({ fn }) => fn.sum<number | null>("callUsage.money").as("money")])
    .select([TOKENS.as("tokens"), ofCurrentCall("upstream").as("upstream"), ofCurrentCall("state").as("state")])
    .groupBy("calls.sessionId")
    .execute();
  const violations = await running
    .innerJoin("marks", "marks.sessionId", "sessions.id")
    .where("marks.counted", "=", 1)
    .select(["marks.sessionId", (marks) => marks.fn.countAll<number>().as("count")])
    .groupBy("marks.sessionId")
    .execute();

  const callsOf = new Map(calls.map(({ sessionId, ...own }) => [sessionId, own]));
  const violationsOf = new Map(violations.map(({ sessionId, count }) => [sessionId, count]));
  const watched = sessions.map(({ startedAt, ...session }) => {
    const { upstream = null, state = null, tokens, money } = callsOf.get(session.id) ?? {};
    return {
      ...session,
      startedAt: startedAt ?? 0,
      call: upstream === null || state === null ? undefined : { upstream, state },
      tokens: tokens ?? 0,
      money: money ?? 0,
      violations: violationsOf.get(session.id) ?? 0,
    };
  });
  return { sessions: watched, total: counted?.total ?? 0 };
}

const TOKENS = sql<
  number | null
>`sum("inputTextTokens" + "inputAudioTokens" + "outputTextTokens" + "outputAudioTokens")`;

/** Of two calls, of which one is about to replace the other, the one that is up: `live` comes after `connecting`. */
function ofCurrentCall<Column extends "upstream" | "state">(column: Column) {
  return sql<
    CallRecord[Column] | null
  >`max(case when ${sql.ref("calls.endedAt")} is null then ${sql.ref(`calls.${column}`)} end)`;
}
