import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { SettingError } from "../../src/config/config.ts";
import { LeaseLost } from "../../src/records/machines.ts";
import type { Records } from "../../src/records/records.ts";
import { openRecords } from "../../src/records/registry.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { type Relay, startRelay } from "../servers/relay.ts";
import { ALONE, call, insertOwn, session, turn } from "./each-backend.ts";

const LIMITS = { ofTenant: 9, ofPerson: 9 };
/** Far longer than it takes, for machines under load. */
const PATIENTLY = { timeout: 15_000 };

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  // Its driver is loaded here, where there is time for it.
  await (await openRecords(server.urlOf(await server.createDatabase()), systemClock)).close();
}, 60_000);
afterAll(() => server.stop());

async function open(url: string): Promise<Records> {
  const records = await openRecords(url, systemClock);
  onTestFinished(() => records.close());
  await records.beat(ALONE);
  return records;
}

/** A way to a database that the test can cut. */
async function relayTo(database: string): Promise<{ readonly relay: Relay; readonly url: string }> {
  const relay = await startRelay(server.socket);
  onTestFinished(() => relay.close());
  return { relay, url: `postgresql://proxy:a-secret@127.0.0.1:${relay.port}/${database}` };
}

test("a connection that breaks in a transaction fails it, and nothing else", async () => {
  const database = await server.createDatabase();
  const { relay, url } = await relayTo(database);
  const records = await open(url);
  const blocker = await server.connect(database);
  onTestFinished(() => blocker.end());
  await blocker.query("begin");
  await blocker.query("select pg_advisory_xact_lock(hashtextextended('default', 0))");
  const admission = records.insertRunning(session, LIMITS);
  const waiting = "select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted";
  await expect.poll(async () => (await blocker.query(waiting)).rows, PATIENTLY).toEqual([{ n: 1 }]);
  relay.cut();
  await expect(admission).rejects.toThrow(/connection/i);
  await blocker.end();
  relay.restore();
  await expect.poll(() => failureOf(records.check()), PATIENTLY).toBeUndefined();
  expect(await records.insertRunning(session, LIMITS)).toBe("admitted");
});

test("a write that meets another's claim waits for it, and then writes nothing", async () => {
  const database = await server.createDatabase();
  const records = await open(server.urlOf(database));
  await insertOwn(records, session);
  await records.insertCall(call);
  const other = await server.connect(database);
  onTestFinished(() => other.end());
  await other.query("begin");
  await other.query(`update interview_proxy.sessions set owner = 'another'`);
  const outcome = records.insertTurn(turn).catch((error: unknown) => error);
  const waiting = "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock'";
  await expect.poll(async () => (await other.query(waiting)).rows, PATIENTLY).toEqual([{ n: 1 }]);
  await other.query("commit");
  expect(await outcome).toBeInstanceOf(LeaseLost);
  expect(await records.turnsOf(session.id)).toEqual([]);
});

test("its tables are not where an API over the public schema would show them", async () => {
  const database = await server.createDatabase();
  await open(server.urlOf(database));
  const client = await server.connect(database);
  const { rows } = await client.query(
    "select distinct schemaname from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  await client.end();
  expect(rows).toEqual([{ schemaname: "interview_proxy" }]);
});

test.each([
  ["that nobody answers at", "postgres://proxy:a-secret@127.0.0.1:1/x", "ECONNREFUSED"],
  ["that is none", "postgres://proxy:a-secret@[/x", "ERR_INVALID_URL"],
])("an address %s is refused by the setting's name, without its password", async (_what, url, reason) => {
  await expect(openRecords(url, systemClock)).rejects.toThrow(
    new SettingError(`DATABASE_URL must name a Postgres database that can be reached (${reason}).`),
  );
});

test("a database that does not exist, or has no TLS where it is asked for, is refused", async () => {
  const { url } = await relayTo("nowhere");
  await expect(openRecords(url, systemClock)).rejects.toThrow(/reached \(3D000\)/);
  const { url: plain } = await relayTo(await server.createDatabase());
  await expect(openRecords(`${plain}?sslmode=verify-full`, systemClock)).rejects.toThrow(
    /reached \(The server does not support SSL connections\)/,
  );
});

async function failureOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
}
