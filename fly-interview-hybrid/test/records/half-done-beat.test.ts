import type { KyselyPlugin } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { sqlRecords } from "../../src/records/sql/records.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";
import { sqliteBackend } from "../../src/records/sqlite/records.ts";
import { createFakeClock } from "../fake-clock.ts";
import { ALONE } from "./each-backend.ts";

test("a machine learns that it was taken for dead though the beat that found out came to nothing", async () => {
  const database = await openDatabase(":memory:");
  onTestFinished(() => database.destroy());
  let isBroken = false;
  const breaking: KyselyPlugin = {
    transformQuery({ node }) {
      if (isBroken && node.kind === "SelectQueryNode") throw new Error("The connection is lost.");
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const records = sqlRecords(sqliteBackend(database.withPlugin(breaking)), createFakeClock());
  const { self } = await records.beat(ALONE);
  await database.deleteFrom("machines").execute();
  isBroken = true;
  await expect(records.beat(ALONE)).rejects.toThrow("The connection is lost.");
  isBroken = false;
  const pulse = await records.beat(ALONE);
  expect(pulse.wasBuried).toBe(true);
  expect(pulse.self).not.toBe(self);
  expect(await records.beat(ALONE)).toMatchObject({ self: pulse.self, wasBuried: false });
});
