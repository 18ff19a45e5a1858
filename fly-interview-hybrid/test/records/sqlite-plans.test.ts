import { CompiledQuery, createQueryId, type Kysely, type KyselyPlugin, type RootOperationNode } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import type { Records } from "../../src/records/records.ts";
import { sqlRecords } from "../../src/records/sql/records.ts";
import type { Schema } from "../../src/records/sql/schema.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";
import { sqliteBackend } from "../../src/records/sqlite/records.ts";
import { createFakeClock } from "../fake-clock.ts";
import { ALONE, session } from "./each-backend.ts";

/** How SQLite finds the rows that the queries of `read` look for, step by step. */
async function plansOf(read: (records: Records) => Promise<unknown>): Promise<readonly string[]> {
  const database = await openDatabase(":memory:");
  onTestFinished(() => database.destroy());
  const nodes: RootOperationNode[] = [];
  const recorder: KyselyPlugin = {
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const recorded = database.withPlugin(recorder);
  const records = sqlRecords(sqliteBackend(recorded), createFakeClock());
  await records.beat(ALONE);
  nodes.splice(0);
  await read(records);
  const plans = await Promise.all(nodes.map((node) => explain(database, node)));
  return plans.flat();
}

async function explain(database: Kysely<Schema>, node: RootOperationNode): Promise<readonly string[]> {
  const { sql, parameters } = database.getExecutor().compileQuery(node, createQueryId());
  // Of a query that is compiled once the parameters are placeholders; the plan does not depend on them.
  const bound = parameters.map((value) => (typeof value === "object" ? null : value));
  const { rows } = await database.executeQuery<{ detail: string }>(
    CompiledQuery.raw(`explain query plan ${sql}`, bound),
  );
  return rows
    .map(({ detail }) => detail)
    .filter(
      (detail) => !/^(USE TEMP B-TREE|SCAN CONSTANT ROW|LIST SUBQUERY|(CORRELATED )?SCALAR SUBQUERY)/.test(detail),
    );
}

const ofTenant = { tenant: "default", limit: 10 };

test.each<[string, (records: Records) => Promise<unknown>, readonly string[]]>([
  [
    "an admission reads only what its person runs, and a count",
    (records) => records.insertRunning(session, { ofTenant: 9, ofPerson: 9 }),
    [
      "sqlite_autoindex_machines_1 (id=?)",
      "SEARCH runningCounts USING PRIMARY KEY (tenant=?)",
      "runningSessionsOfPerson (tenant=? AND person=? AND endedAt=?)",
    ],
  ],
  [
    "a sweep reads only what runs here",
    (records) => records.runningSessions(),
    ["sessionsOfOwner (endedAt=? AND owner=? AND startedAt>?)"],
  ],
  [
    "and what is overdue, not what waits",
    (records) => records.claimOverdue(5, 9),
    [
      "sqlite_autoindex_machines_1 (id=?)",
      "sqlite_autoindex_sessions_1 (id=?)",
      "unendedSessions (endedAt=? AND startedAt=? AND deadline<?)",
    ],
  ],
  [
    "what is nobody's is found among all that runs",
    (records) => records.claimUnowned(9),
    [
      "sqlite_autoindex_machines_1 (id=?)",
      "sqlite_autoindex_sessions_1 (id=?)",
      "sessionsOfOwner (endedAt=? AND owner=? AND startedAt>?)",
    ],
  ],
  ["what is offered is found at once", (records) => records.offeredSessions(), ["offeredSessions (heir=?)"]],
  [
    "a name is found at once",
    (records) => records.findByName({ tenant: "default", person: "ada" }, "mine"),
    ["sessionName (tenant=? AND person=? AND name=?)"],
  ],
  [
    "a list reads its page",
    (records) => records.listSessions({ ...ofTenant, after: { createdAt: 5, id: "ses_a" } }),
    ["sessionsOfTenant (tenant=? AND (createdAt,id)<(?,?))"],
  ],
  [
    "a list of a person's sessions reads only those",
    (records) => records.listSessions({ ...ofTenant, person: "ada" }),
    ["sessionsOfPerson (tenant=? AND person=?)"],
  ],
  [
    "a list of a persona's sessions reads only those of that time",
    (records) => records.listSessions({ ...ofTenant, persona: "alloy", from: 5, to: 9 }),
    ["sessionsOfPersona (tenant=? AND persona=? AND createdAt>? AND createdAt<?)"],
  ],
  [
    "a list of what ended for a reason reads only that",
    (records) => records.listSessions({ ...ofTenant, endReason: "time_limit", status: "ended" }),
    ["sessionsByEnd (tenant=? AND endReason=?)"],
  ],
  [
    "a list of a time reads that time",
    (records) => records.listSessions({ ...ofTenant, from: 5, to: 9 }),
    ["sessionsOfTenant (tenant=? AND createdAt>? AND createdAt<?)"],
  ],
  [
    "who watches what runs reads no past",
    (records) => records.of("default").watchedSessions(9),
    [
      "runningSessionsOfTenant (tenant=? AND endedAt=?)",
      "callsOfSession (sessionId=?)",
      "sqlite_autoindex_callUsage_1 (callId=?) LEFT-JOIN",
      "marksOfSession (sessionId=?)",
    ],
  ],
  [
    "a used ticket is found at once",
    (records) => records.isTicketSpent("t"),
    ["sqlite_autoindex_usedTickets_1 (id=?)"],
  ],
  [
    "a list of what waits reads no past",
    (records) => records.listSessions({ ...ofTenant, status: "scheduled" }),
    ["waitingSessionsOfTenant (tenant=? AND endedAt=?)"],
  ],
  [
    "a list of what runs reads no past",
    (records) => records.listSessions({ ...ofTenant, status: "running" }),
    ["runningSessionsOfTenant (tenant=? AND endedAt=?)"],
  ],
  [
    "a session's usage reads its calls",
    (records) => records.usageOfSession("ses_a"),
    ["callsOfSession (sessionId=?)", "sqlite_autoindex_callUsage_1 (callId=?)"],
  ],
  [
    "a tenant's usage reads the calls of that time",
    (records) => records.usageOfTenant("default", 5),
    ["callsOfTenant (tenant=? AND createdAt>?)", "sqlite_autoindex_callUsage_1 (callId=?)"],
  ],
  [
    "a list of invitations reads its page",
    (records) => records.listInvitations({ ...ofTenant, after: { createdAt: 5, id: "inv_a" } }),
    ["invitationsOfTenant (tenant=? AND (createdAt,id)<(?,?))"],
  ],
  [
    "a list of a person's invitations reads only those",
    (records) => records.listInvitations({ ...ofTenant, person: "ada" }),
    ["invitationsOfPerson (tenant=? AND person=?)"],
  ],
  [
    "what is old is found among what has words",
    (records) => records.eraseOlder("default", 5, 9, 9),
    [
      "sqlite_autoindex_invitations_1 (id=?)",
      "wordsOfInvitations (tenant=? AND erasedAt=? AND expiresAt<?)",
      "wordsOfSessions (tenant=? AND erasedAt=? AND endedAt>? AND endedAt<?)",
    ],
  ],
  [
    "a person's words are found among the person's sessions",
    (records) => records.eraseSessions({ tenant: "default", person: "ada" }, 9, 9),
    ["sessionsOfPerson (tenant=? AND person=?)"],
  ],
  [
    "what is due is found at once, and what it waits for by its session",
    (records) => records.claimDeliveries({ endpoint: "https://a.example/", now: 5, until: 6, limit: 8 }),
    [
      "dueDeliveries (endpoint=? AND dueAt<?)",
      "deliveriesOfSession (sessionId=? AND endpoint=? AND position<?)",
      "sqlite_autoindex_webhookDeliveries_1 (id=?)",
    ],
  ],
  [
    "the oldest that has not arrived is found at once",
    (records) => records.oldestDelivery(),
    ["SCAN webhookDeliveries USING INDEX oldestDeliveries"],
  ],
  [
    "dead letters are read by their tenant",
    (records) => records.deadLetters({ ...ofTenant, after: { givenUpAt: 5, id: "dlv_a" } }),
    ["deadLetters (tenant=? AND givenUpAt>? AND (givenUpAt,id)<(?,?))"],
  ],
  [
    "a ticket that is spent forgets those that are over, and looks at no other",
    (records) => records.spendTicket("t", 5),
    ["ticketsByExpiry (expiresAt<?)"],
  ],
  [
    "what was given up long ago is found by its age",
    (records) => records.forgetDeadLetters(5),
    ["lettersByAge (givenUpAt<?)"],
  ],
  ["lost calls are counted without the others", (records) => records.countOrphans(), ["possibleOrphans (state=?)"]],
  ["marks are read by their session", (records) => records.marksOf("ses_a"), ["marksOfSession (sessionId=?)"]],
  [
    "a turn's predecessor is read by its number",
    (records) => records.lastTurnOf("ses_a"),
    ["turnsOfSession (sessionId=?)"],
  ],
])("%s", async (_what, read, indexes) => {
  const plans = await plansOf(async (records) => read(records));
  const used = plans.map((plan) => plan.replace(/^SEARCH \w+ USING (COVERING )?INDEX /, ""));
  // A query within another is seen twice.
  expect([...new Set(used)].toSorted()).toEqual(indexes.toSorted());
});
