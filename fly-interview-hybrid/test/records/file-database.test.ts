import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { compiledOnce } from "../../src/records/sql/compiled-once.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";

async function openSecrets() {
  const database = await openDatabase(":memory:");
  onTestFinished(() => database.destroy());
  const insert = compiledOnce((row: { readonly name: string; readonly value: string }) =>
    database.insertInto("serverSecrets").values(row),
  );
  const names = async () => {
    const rows = await database.selectFrom("serverSecrets").select("name").orderBy("name").execute();
    return rows.map(({ name }) => name);
  };
  return { database, insert, names };
}

test("what others write meanwhile is neither seen by a transaction nor undone with it", async () => {
  const { database, insert, names } = await openSecrets();
  const others: Promise<unknown>[] = [];
  const failing = database.together(async (transaction) => {
    await insert(transaction, { name: "undone", value: "" });
    others.push(insert(database, { name: "compiled", value: "" }));
    others.push(database.insertInto("serverSecrets").values({ name: "built", value: "" }).execute());
    others.push(database.together((other) => insert(other, { name: "together", value: "" })));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await transaction.selectFrom("serverSecrets").select("name").execute()).toEqual([{ name: "undone" }]);
    throw new Error("It comes to nothing.");
  });
  await expect(failing).rejects.toThrow("It comes to nothing.");
  await Promise.all(others);
  expect(await names()).toEqual(["built", "compiled", "together"]);
});

test("a transaction that SQLite itself has ended fails as it did, and the next one is whole", async () => {
  const { database, insert, names } = await openSecrets();
  const ended = database.together(async (transaction) => {
    await insert(transaction, { name: "a", value: "" });
    await sql`rollback`.execute(transaction);
    await insert(transaction, { name: "a", value: "" });
    await insert(transaction, { name: "a", value: "" });
  });
  await expect(ended).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
  await database.together((transaction) => insert(transaction, { name: "b", value: "" }));
  expect(await names()).toEqual(["a", "b"]);
});

test("a query that fails rejects, and lets the next one through", async () => {
  const { database, insert, names } = await openSecrets();
  const row = { name: "a", value: "" };
  await insert(database, row);
  const results = await Promise.allSettled([insert(database, row), insert(database, { ...row, name: "b" })]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(await names()).toEqual(["a", "b"]);
});
