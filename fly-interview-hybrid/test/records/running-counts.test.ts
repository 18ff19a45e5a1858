import type { Kysely } from "kysely";
import Database from "libsql";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Schema } from "../../src/records/sql/schema.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";
import { runningCounts } from "../../src/records/sqlite/running-counts.ts";
import { sqliteRecords } from "../../src/records/sqlite/records.ts";
import { createFakeClock } from "../fake-clock.ts";
import { ALONE, session } from "./each-backend.ts";

const ROOM = { ofTenant: 100, ofPerson: 100 };

async function openFile(path = ":memory:") {
  const database = await openDatabase(path);
  const records = await sqliteRecords(database, createFakeClock());
  onTestFinished(() => records.close());
  await records.beat(ALONE);
  const { ofTenant } = runningCounts(database);
  const running = async (tenant = session.tenant, where: Kysely<Schema> = database): Promise<number> => {
    const { count } = await where.selectNoFrom(ofTenant(tenant).as("count")).executeTakeFirstOrThrow();
    return count ?? 0;
  };
  return { database, records, running };
}

test("what begins and ends is counted, each tenant's by itself", async () => {
  const { records, running } = await openFile();
  expect(await running()).toBe(0);
  await records.insertRunning({ ...session, id: "ses_a" }, ROOM);
  await records.insertRunning({ ...session, id: "ses_b" }, ROOM);
  await records.insertRunning({ ...session, id: "ses_c", tenant: "acme" }, ROOM);
  expect([await running(), await running("acme")]).toEqual([2, 1]);
  await records.updateSession("ses_a", { endedAt: 9, endReason: "deleted" });
  // Written twice, it has ended once.
  await records.updateSession("ses_a", { endedAt: 10, endReason: "deleted" });
  expect([await running(), await running("acme")]).toEqual([1, 1]);
});

test("one that was scheduled counts from its start", async () => {
  const { records, running } = await openFile();
  const scheduled = { ...session, startedAt: null };
  await records.insertSession(scheduled);
  expect(await running()).toBe(0);
  await records.startSession(scheduled, { startedAt: 5, deadline: 9, resumeTokenHashes: [] }, ROOM);
  expect(await running()).toBe(1);
});

test("what is rolled back was never counted", async () => {
  const { database, records, running } = await openFile();
  await records.insertRunning(session, ROOM);
  const failed = database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("sessions").execute();
    expect(await running(session.tenant, transaction)).toBe(0);
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  expect(await running()).toBe(1);
});

test("what an earlier process has left running is counted, and nothing of the counts is in the file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "proxy-records-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "proxy.db");
  const first = await openFile(path);
  await first.records.insertRunning(session, ROOM);
  await first.records.close();
  const again = await openFile(path);
  expect(await again.running()).toBe(1);
  const file = new Database(path, { readonly: true });
  onTestFinished(() => void file.close());
  expect(file.prepare("select name from sqlite_master where name like 'runningCount%'").all()).toEqual([]);
});
