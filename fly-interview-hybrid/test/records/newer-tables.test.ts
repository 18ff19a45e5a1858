import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openRecords } from "../../src/records/registry.ts";
import { createFakeClock } from "../fake-clock.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { ALONE, insertOwn, session } from "./each-backend.ts";

/** What the next version would have left behind: one more migration, and a column that this one knows nothing of. */
const NEXT_VERSION = (schema: string): readonly string[] => [
  `alter table ${schema}"sessions" add column "mood" text`,
  `insert into ${schema}"kysely_migration" ("name", "timestamp") values ('9999-mood', '2030-01-01T00:00:00.000Z')`,
];

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

async function inSqlite() {
  const folder = mkdtempSync(join(tmpdir(), "newer-tables-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "proxy.db");
  const upgrade = async (): Promise<void> => {
    const file = new Database(path);
    for (const statement of NEXT_VERSION("")) file.exec(statement);
    file.close();
  };
  return { url: `file:${path}`, upgrade };
}

async function inPostgres() {
  const database = await postgres.createDatabase();
  const upgrade = async (): Promise<void> => {
    const client = await postgres.connect(database);
    for (const statement of NEXT_VERSION("interview_proxy.")) await client.query(statement);
    await client.end();
  };
  return { url: postgres.urlOf(database), upgrade };
}

test.each([
  ["SQLite", inSqlite],
  ["Postgres", inPostgres],
])("a version runs on the tables of the one after it, in %s", async (_backend, place) => {
  const { url, upgrade } = await place();
  await (await openRecords(url, createFakeClock())).close();
  await upgrade();
  const records = await openRecords(url, createFakeClock());
  onTestFinished(() => records.close());
  await records.beat(ALONE);
  await insertOwn(records, session);
  expect(await records.findSession(session.id)).toMatchObject({ id: session.id });
});
