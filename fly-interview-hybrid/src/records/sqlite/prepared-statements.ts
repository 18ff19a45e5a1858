import type { SqliteDatabase, SqliteStatement } from "kysely";
import type Database from "libsql";
import { isDiskFull, type OnQuery } from "../observed-queries.ts";

/** There are some fifty statements; more are a program that writes values into its SQL. */
const MAX_KEPT = 200;

interface Hearers {
  readonly onClose: () => void;
  readonly onQuery: OnQuery | undefined;
}

/** The file with each statement prepared once: preparing one takes as long as running it (measured). */
export function keepPrepared(file: Database.Database, { onClose, onQuery }: Hearers): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const known = kept.get(sql);
      if (known !== undefined) return known;
      const statement = onQuery === undefined ? file.prepare(sql) : observed(file.prepare(sql), sql, onQuery);
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(sql, statement);
      return statement;
    },
    close() {
      kept.clear();
      file.close();
      onClose();
    },
  };
}

/** What Kysely would tell its log, without the promises that its log takes for each query. */
function observed(statement: Database.Statement, sql: string, onQuery: OnQuery): SqliteStatement {
  const operation = /^\s*select\b/i.test(sql) ? "read" : "write";
  const timed = <Result>(work: () => Result): Result => {
    const from = performance.now();
    let error: unknown;
    try {
      return work();
    } catch (thrown) {
      error = thrown;
      throw thrown;
    } finally {
      onQuery({ operation, seconds: (performance.now() - from) / 1000, isDiskFull: isDiskFull(error) });
    }
  };
  return {
    // It asks the driver each time otherwise.
    reader: statement.reader,
    all: (parameters) => timed(() => statement.all(parameters)),
    run: (parameters) => timed(() => statement.run(parameters)),
    iterate: (parameters) => statement.iterate(parameters),
  };
}
