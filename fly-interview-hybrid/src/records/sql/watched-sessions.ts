import type { Kysely } from "kysely";
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
  const calls = await running
    .innerJoin("calls", "calls.sessionId", "sessions.id")
    .leftJoin("callUsage", "callUsage.callId", "calls.id")
    .select(["calls.sessionId", "calls.upstream", "calls.state", "calls.endedAt"])
    .select(["inputTextTokens", "inputAudioTokens", "outputTextTokens", "outputAudioTokens", "money"])
    .orderBy("calls.createdAt")
    .execute();
  const violations = await running
    .innerJoin("marks", "marks.sessionId", "sessions.id")
    .where("marks.counted", "=", 1)
    .select(["marks.sessionId", (marks) => marks.fn.countAll<number>().as("count")])
    .groupBy("marks.sessionId")
    .execute();

  const sums = new Map<string, Sum>();
  for (const { sessionId, upstream, state, endedAt, money, ...tokens } of calls) {
    const sum = sums.get(sessionId) ?? { call: undefined, tokens: 0, money: 0 };
    sums.set(sessionId, sum);
    if (endedAt === null) sum.call = { upstream, state };
    for (const count of Object.values(tokens)) sum.tokens += count ?? 0;
    sum.money += money ?? 0;
  }
  const violationsOf = new Map(violations.map(({ sessionId, count }) => [sessionId, count]));
  const watched = sessions.map(({ startedAt, ...session }) => ({
    ...session,
    startedAt: startedAt ?? 0,
    ...(sums.get(session.id) ?? { call: undefined, tokens: 0, money: 0 }),
    violations: violationsOf.get(session.id) ?? 0,
  }));
  return { sessions: watched, total: counted?.total ?? 0 };
}

/** Of the calls of one session. */
type Sum = { -readonly [N in "call" | "tokens" | "money"]: WatchedSession[N] };
