import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../fly-interview-hybrid/src/clock.ts";
import { openSqliteRecords } from "../../fly-interview-hybrid/src/records/sqlite/records.ts";
import { growSqlite } from "../growth/grown-records.ts";
import { isPlanned, noteStatements } from "../growth/noted-statements.ts";
import { scansInSqlite } from "../growth/query-plans.ts";
import { callEveryMethod } from "../growth/records-tour.ts";

test("the tour calls every method of the records, and no statement of it reads from end to end what grows", async () => {
  const folder = await mkdtemp(join(tmpdir(), "records-tour-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "records.db");
  await (await openSqliteRecords(path, systemClock)).close();
  growSqlite(path, 1000);
  const { sqlite } = noteStatements();
  const records = await openSqliteRecords(path, systemClock, () => ["https://platform.example/hook"]);
  onTestFinished(() => records.close());
  await records.beat({ address: null, draining: false });
  expect(await callEveryMethod(records)).toEqual([]);
  const statements = [...sqlite].filter(([query]) => isPlanned(query));
  expect(statements.flatMap(([query, file]) => scansInSqlite(file, query))).toEqual([]);
  expect(statements.length).toBeGreaterThan(80);
});
