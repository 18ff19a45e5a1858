import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { onTestFinished } from "vitest";
import type { Clock } from "../src/clock.ts";
import { openRecords } from "../src/records/registry.ts";

/** One write in so many fails. */
const ONE_IN = 25;

const FAILING = ["sessions", "calls", "turns", "callUsage", "callItems", "transcriptSeals"].flatMap((table) =>
  ["INSERT", "UPDATE"].map((write) => ({ table, write, name: `fail_${write}_${table}` })),
);

/** A file of records that one process after the other uses. */
export interface RecordsFile {
  readonly url: string;
  /**
   * The same for the next process. It is a copy: SQLite's library lets go of a file only when its process ends, and here it
   * does not.
   */
  handOver(): RecordsFile;
  /** Some writes fail from now on, as with a full disk. */
  letWritesFail(): void;
  mendWrites(): void;
}

/** Records of nothing yet, in a folder that is gone after the test. */
export async function newRecordsFile(clock: Clock): Promise<RecordsFile> {
  const folder = mkdtempSync(join(tmpdir(), "records-of-a-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = fileIn(folder, 1);
  const records = await openRecords(file.url, clock);
  await records.close();
  return file.handOver();
}

function fileIn(folder: string, n: number): RecordsFile {
  const path = join(folder, `${n}.db`);
  const change = (statements: readonly string[]): void => {
    const file = new Database(path);
    for (const statement of statements) file.exec(statement);
    file.close();
  };
  return {
    url: `file:${path}`,
    handOver() {
      for (const suffix of ["", "-wal"])
        if (existsSync(path + suffix)) copyFileSync(path + suffix, join(folder, `${n + 1}.db${suffix}`));
      return fileIn(folder, n + 1);
    },
    letWritesFail: () =>
      change(
        FAILING.map(
          ({ table, write, name }) =>
            // No constraint fails, for that would say that trying again cannot help.
            `CREATE TRIGGER ${name} BEFORE ${write} ON ${table} WHEN abs(random() % ${ONE_IN}) = 0
             BEGIN SELECT abs(-9223372036854775808); END`,
        ),
      ),
    mendWrites: () => change(FAILING.map(({ name }) => `DROP TRIGGER ${name}`)),
  };
}
