import type { SqliteDatabase, SqliteStatement } from "kysely";
import type Database from "libsql";

/** There are some fifty statements; more are a program that writes values into its SQL. */
const MAX_KEPT = 200;

/** The file with each statement prepared once: preparing one takes as long as running it (measured). */
export function keepPrepared(file: Database.Database, onClose: () => void): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const known = kept.get(sql);
      if (known !== undefined) return known;
      const statement = file.prepare(sql);
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
