import type { Client } from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { openRecords } from "../../src/records/registry.ts";
import { NO_USAGE } from "../../src/records/usage.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { ALONE, call, insertOwn, session, turn } from "./each-backend.ts";

const TABLES_OF_WORDS = ["sessions", "calls", "callUsage", "turns", "marks", "transcriptSeals"];

let server: PostgresServer;
let database: string;

/** Two tenants with a session each, and all that belongs to one. */
beforeAll(async () => {
  server = await startPostgres();
  database = await server.createDatabase();
  const records = await openRecords(server.urlOf(database), systemClock);
  await records.beat(ALONE);
  for (const tenant of ["acme", "bolt"]) {
    const [sessionId, callId] = [`ses_${tenant}`, `call_${tenant}`];
    await insertOwn(records, { ...session, id: sessionId, tenant });
    await records.insertCall({ ...call, id: callId, sessionId, tenant });
    await records.putUsage(callId, NO_USAGE);
    await records.insertTurn({ ...turn, id: `turn_${tenant}`, sessionId, callId });
    await records.insertMark({
      id: `mark_${tenant}`,
      sessionId,
      callId,
      at: 1,
      kind: "note",
      text: "x",
      counted: null,
    });
    await records.insertSeal({ sessionId, turns: 1, head: "h", publicKey: "p", signature: "s" });
  }
  await records.noteAct({ at: 1, actor: "root", act: "create", tenant: "acme", settings: [] });
  await records.close();
}, 60_000);
afterAll(() => server.stop());

/** A connection as the proxy's, in a transaction of the tenant role. */
async function asTenant(tenant?: string): Promise<Client> {
  const client = await server.connect(database);
  onTestFinished(() => client.end());
  await client.query("set search_path to interview_proxy");
  await client.query("begin");
  await client.query("set local role interview_proxy_tenant");
  if (tenant !== undefined) await client.query("select set_config('interview_proxy.tenant', $1, true)", [tenant]);
  return client;
}

async function countIn(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from "${table}"`);
  return rows[0]?.n ?? NaN;
}

test.each(TABLES_OF_WORDS)(
  "the tenant role sees its tenant's rows of %s, and none while it names none",
  async (table) => {
    expect(await countIn(await asTenant("acme"), table)).toBe(1);
    expect(await countIn(await asTenant(""), table)).toBe(0);
    expect(await countIn(await asTenant(), table)).toBe(0);
  },
);

test("the tenant is forgotten with its transaction", async () => {
  const client = await asTenant("acme");
  await client.query("commit");
  await client.query("begin");
  await client.query("set local role interview_proxy_tenant");
  expect(await countIn(client, "sessions")).toBe(0);
});

test.each([
  `select * from "turns" where "sessionId" = 'ses_bolt'`,
  `select "turns".* from "turns" join "sessions" on true where "turns"."sessionId" = 'ses_bolt'`,
  `select * from "sessions" where "tenant" = 'bolt' or true and "id" = 'ses_bolt'`,
  `with t as (select * from "calls") select * from t where "tenant" <> 'acme'`,
  `update "turns" set "text" = null where "sessionId" = 'ses_bolt' returning *`,
])("nothing of another tenant's comes of: %s", async (statement) => {
  expect((await (await asTenant("acme")).query(statement)).rows).toEqual([]);
});

test.each([
  `update "sessions" set "tenant" = 'acme'`,
  `insert into "turns" select * from "turns"`,
  `delete from "sessions"`,
  `select * from "tenants"`,
  `select * from "serverSecrets"`,
  `select * from "auditLog"`,
  `select * from "machines"`,
  `alter table "turns" disable row level security`,
])("the tenant role may not: %s", async (statement) => {
  await expect((await asTenant("acme")).query(statement)).rejects.toMatchObject({ code: "42501" });
});

test.each([`update "auditLog" set "actor" = 'eve'`, `delete from "auditLog"`, `truncate "auditLog"`])(
  "not even the owner of the tables may: %s",
  async (statement) => {
    const client = await server.connect(database);
    onTestFinished(() => client.end());
    await client.query("set search_path to interview_proxy");
    await expect(client.query(statement)).rejects.toThrow("can only be added to");
  },
);
