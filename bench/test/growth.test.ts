import Database from "libsql";
import { expect, test } from "vitest";
import { exponentOf } from "../growth/growth-fit.ts";
import { scansInSqlite } from "../growth/query-plans.ts";

test("the exponent of a cost is 0 where it stays, 1 where it grows in proportion", () => {
  const sizes = [100, 1000, 10_000, 50_000];
  const exponent = (costOf: (size: number) => number) =>
    exponentOf(sizes.map((size) => ({ size, cost: costOf(size) })));
  expect(exponent(() => 3)).toBeCloseTo(0);
  expect(exponent((size) => 0.01 * size)).toBeCloseTo(1);
  expect(exponent((size) => 2 * Math.sqrt(size))).toBeCloseTo(0.5);
});

test("a scan of what grows is found; an index, a small table, the first of an order and what is open are none", () => {
  const file = new Database(":memory:");
  file.exec(`
    create table turns (id text primary key, sessionId text, n integer);
    create table machines (id text primary key);
    create table calls (id text primary key, endedAt integer);
    create index open on calls (id) where endedAt is null;
    create index ordered on turns (n)`);
  const scanned = (query: string) => scansInSqlite(file, query).map(({ table }) => table);
  expect(scanned(`select * from "turns" where "sessionId" = ?`)).toEqual(["turns"]);
  expect(scanned(`select * from "turns" as "t" where "t"."sessionId" = ?`)).toEqual(["turns"]);
  expect(scanned(`select * from "turns" order by "sessionId" limit ?`)).toEqual(["turns"]);
  expect(scanned(`select * from "turns" where "id" = ?`)).toEqual([]);
  expect(scanned(`select * from "machines"`)).toEqual([]);
  expect(scanned(`select * from "turns" order by "n" limit ?`)).toEqual([]);
  expect(scanned(`select "id" from "calls" where "endedAt" is null order by "id"`)).toEqual([]);
  file.close();
});
