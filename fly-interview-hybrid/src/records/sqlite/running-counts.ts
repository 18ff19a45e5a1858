import type { Kysely } from "kysely";
import type Database from "libsql";
import { compiledOnce } from "../sql/compiled-once.ts";
import type { Schema } from "../sql/schema.ts";
import type { RunningCounts } from "../sql/sql-backend.ts";

/** What is there for as long as the file is open, beside its tables. */
type Kept = { readonly runningCounts: { readonly tenant: string; readonly running: number } };

/**
 * Has the file's one connection keep count of each tenant's running sessions, within the transaction that begins or ends one.
 * Counting them anew takes 92 ns for each that runs (measured), at each admission.
 */
export function keepRunningCounts(file: Database.Database): void {
  file.pragma("temp_store = MEMORY");
  // None hears of inserts: a trigger there makes SQLite look for rows that refer to the new one, with a scan of the invitations.
  file.exec(`
    create temp table "runningCounts" ("tenant" text primary key, "running" integer not null) without rowid;
    insert into "runningCounts"
      select "tenant", count(*) from "sessions" where "endedAt" is null and "startedAt" is not null group by "tenant";
    create temp trigger "sessionBegan" after update of "startedAt", "endedAt" on main."sessions"
      when ${runs("new")} and not ${runs("old")} begin ${count("new", 1)} end;
    create temp trigger "sessionEnded" after update of "startedAt", "endedAt" on main."sessions"
      when ${runs("old")} and not ${runs("new")} begin ${count("old", -1)} end;
    create temp trigger "sessionDeleted" after delete on main."sessions" when ${runs("old")} begin ${count("old", -1)} end;
  `);
}

/** Reads the counts, and takes in what was inserted. */
export function runningCounts(database: Kysely<Schema>): RunningCounts {
  const kept = database.withTables<Kept>();
  return {
    ofTenant: (tenant) => kept.selectFrom("runningCounts").select("running").where("tenant", "=", tenant).$asScalar(),
    add: compiledOnce(({ tenant }) =>
      kept
        .insertInto("runningCounts")
        .values({ tenant, running: 1 })
        .onConflict((conflict) =>
          conflict.column("tenant").doUpdateSet(({ eb }) => ({ running: eb("runningCounts.running", "+", 1) })),
        ),
    ),
  };
}

function runs(row: "new" | "old"): string {
  return `(${row}."endedAt" is null and ${row}."startedAt" is not null)`;
}

function count(row: "new" | "old", by: 1 | -1): string {
  return `insert into "runningCounts" values (${row}."tenant", ${by})
    on conflict ("tenant") do update set "running" = "running" + excluded."running";`;
}
