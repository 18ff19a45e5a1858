import { expect, onTestFinished, test } from "vitest";
import { compiledOnce } from "../../src/records/sql/compiled-once.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";

interface Wanted {
  readonly names: readonly string[];
  readonly notBefore?: string | undefined;
}

test("a query is built once for each set of names, and run with each one's values", async () => {
  const database = await openDatabase(":memory:");
  onTestFinished(() => database.destroy());
  let built = 0;
  const find = compiledOnce(({ names, notBefore }: Wanted) => {
    built += 1;
    const named = database.selectFrom("serverSecrets").select("value").where("name", "in", names);
    return (notBefore === undefined ? named : named.where("value", ">=", notBefore)).orderBy("value");
  });
  const insert = compiledOnce((row: { readonly name: string; readonly value: string }) =>
    database.insertInto("serverSecrets").values(row),
  );
  for (const name of ["a", "b", "c"]) await insert(database, { name, value: `value of ${name}` });
  const found = async (wanted: Wanted) => (await find(database, wanted)).rows.map(({ value }) => value.at(-1));

  expect(await found({ names: ["a", "c"] })).toEqual(["a", "c"]);
  expect(await found({ names: ["b", "c"], notBefore: undefined })).toEqual(["b", "c"]);
  expect(built).toBe(1);
  expect(await found({ names: ["a", "b", "c"] })).toEqual(["a", "b", "c"]);
  expect(await found({ names: ["a", "b", "c"], notBefore: "value of b" })).toEqual(["b", "c"]);
  expect(await found({ names: ["a"] })).toEqual(["a"]);
  expect(built).toBe(4);
});
