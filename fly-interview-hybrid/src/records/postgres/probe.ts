import { sql } from "kysely";
import type { RecordsProbe } from "../probe.ts";
import { openPool, TABLES } from "./database.ts";

interface Facts {
  readonly version: string;
  readonly hasTables: boolean;
  readonly mayCreate: boolean;
}

const ADVICE =
  "Let the user of DATABASE_URL create schemas and roles, or name the owner of the tables: `alter role … createrole`.";

/** Looks at a database. Rejects where it does not answer. */
export async function probePostgres(location: string): Promise<RecordsProbe> {
  const database = openPool(`postgres:${location}`);
  try {
    const { rows } = await sql<Facts>`
      select
        current_setting('server_version') as version,
        to_regnamespace(${TABLES}) is not null as "hasTables",
        has_database_privilege(current_database(), 'create')
          and (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) as "mayCreate"
    `.execute(database);
    return judge(rows[0] as Facts);
  } finally {
    await database.destroy();
  }
}

function judge({ version, hasTables, mayCreate }: Facts): RecordsProbe {
  const found = `Postgres ${version}, ${hasTables ? "with" : "without"} the proxy's tables`;
  return hasTables || mayCreate ? { found } : { found: `${found}, which it may not make`, problem: ADVICE };
}
