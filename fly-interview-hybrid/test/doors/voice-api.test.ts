import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DIFFERENCES } from "./voice-api.ts";

test("whatever a test differs in for one of the voice APIs is declared where they are compared", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/upstreams.md"), "utf8");
  const [, table = ""] = /\| what +\| Realtime +\| Live +\|\n(.+?)\n\n/s.exec(page) ?? [];
  const rows = table.split("\n").map((row) => row.split("|")[1]?.trim());
  expect(rows).toEqual(expect.arrayContaining([...DIFFERENCES]));
});
