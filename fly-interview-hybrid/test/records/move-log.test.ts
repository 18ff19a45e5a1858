import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openDatabase } from "../../src/records/sqlite/database.ts";

const ROWS = 400;
const PAGE_BYTES = 4096;

test("what was written leaves the log for the file while nobody waits for it, and is there at the next start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "move-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "proxy.db");
  const database = await openDatabase(path);
  const value = "x".repeat(PAGE_BYTES);
  for (let n = 0; n < ROWS; n++) {
    await database
      .insertInto("serverSecrets")
      .values({ name: `name ${n}`, value })
      .execute();
  }
  await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(ROWS * PAGE_BYTES), { timeout: 20_000 });
  await database.destroy();

  const again = await openDatabase(path);
  onTestFinished(() => again.destroy());
  expect(await again.selectFrom("serverSecrets").select("name").execute()).toHaveLength(ROWS);
});
