import { type Kysely, sql } from "kysely";
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from "kysely/migration";
import type { ColumnTypes } from "./column-types.ts";
import { sessionsAndCalls } from "./migrations/0001-sessions-and-calls.ts";
import { transcripts } from "./migrations/0002-transcripts.ts";
import { supervision } from "./migrations/0003-supervision.ts";
import { unendedSessions } from "./migrations/0004-unended-sessions.ts";
import { interruptions } from "./migrations/0005-interruptions.ts";
import { machines } from "./migrations/0006-machines.ts";
import { voiceSeconds } from "./migrations/0007-voice-seconds.ts";
import { webhooks } from "./migrations/0008-webhooks.ts";
import { tenants } from "./migrations/0009-tenants.ts";
import { invitationsAndErasure } from "./migrations/0010-invitations-and-erasure.ts";
import { typedTurns } from "./migrations/0011-typed-turns.ts";
import { consent } from "./migrations/0012-consent.ts";
import { indexesOfGrowth } from "./migrations/0013-indexes-of-growth.ts";
import { searchOfSessions } from "./migrations/0014-search-of-sessions.ts";
import type { Schema } from "./schema.ts";

/** In the order in which they run. A migration that has run anywhere is never changed. */
const MIGRATIONS: Readonly<Record<string, (types: ColumnTypes) => Migration>> = {
  "0001-sessions-and-calls": sessionsAndCalls,
  "0002-transcripts": transcripts,
  "0003-supervision": supervision,
  "0004-unended-sessions": unendedSessions,
  "0005-interruptions": interruptions,
  "0006-machines": machines,
  "0007-voice-seconds": voiceSeconds,
  "0008-webhooks": webhooks,
  "0009-tenants": tenants,
  "0010-invitations-and-erasure": invitationsAndErasure,
  "0011-typed-turns": typedTurns,
  "0012-consent": consent,
  "0013-indexes-of-growth": indexesOfGrowth,
  "0014-search-of-sessions": searchOfSessions,
};

/**
 * Brings the tables up to date; `schema` is where they are, in a database that has several. Tables of a newer version serve
 * as they are: a migration only adds, so that the version before it runs on beside it, and again after it.
 */
export async function migrate(database: Kysely<Schema>, types: ColumnTypes, schema?: string): Promise<void> {
  const migrations = Object.entries(MIGRATIONS).map(([name, migration]) => [name, migration(types)]);
  const provider = {
    getMigrations: () => Promise.resolve(Object.fromEntries(migrations) as Record<string, Migration>),
  };
  const place = schema === undefined ? {} : { migrationTableSchema: schema };
  const migrator = new Migrator({ db: database, provider, ...place });
  if (await isNewer(database, migrator, schema)) return;
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function isNewer(database: Kysely<Schema>, migrator: Migrator, schema?: string): Promise<boolean> {
  const ours = await migrator.getMigrations();
  if (ours.some(({ executedAt }) => executedAt === undefined)) return false;
  const table = sql.id(...(schema === undefined ? [] : [schema]), DEFAULT_MIGRATION_TABLE);
  const { rows } = await sql<{ readonly name: string }>`select "name" from ${table}`.execute(database);
  return rows.length > ours.length;
}
