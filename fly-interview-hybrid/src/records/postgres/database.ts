import { Socket } from "node:net";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import { type OnQuery, toLogger } from "../observed-queries.ts";
import type { Schema } from "../sql/schema.ts";
import { connectionTo } from "./connection.ts";

/** The tables have a schema to themselves: what lays an API over `public`, as Supabase does, must not show them. */
export const TABLES = "interview_proxy";

/** Connections at most; Supabase's smallest database takes 60 in all. */
const MAX_CONNECTIONS = 10;
/** Longest time for one statement, and between two of a transaction, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** A server that says nothing for longer than any statement may take is gone, in milliseconds. */
const SILENCE_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;

/** Not parameters of the connection's start: those of the URL would replace them, and poolers refuse some. */
const SESSION_SETTINGS =
  "select set_config('search_path', $1, false), set_config('statement_timeout', $2, false), set_config('idle_in_transaction_session_timeout', $2, false)";

/** A pool of connections; the first query opens the first. */
export function openPool(url: string, onQuery?: OnQuery): Kysely<Schema> {
  const pool = new Pool({
    ...connectionTo(url, openSocket),
    max: MAX_CONNECTIONS,
    verify: (client, done) => client.query(SESSION_SETTINGS, [TABLES, String(STATEMENT_TIMEOUT_MS)], done),
  });
  // A connection that breaks is replaced at the next query; one that breaks under a query fails that query.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    ...(onQuery === undefined ? {} : { log: toLogger(onQuery) }),
  });
}

function openSocket(): Socket {
  const socket = new Socket();
  socket.setTimeout(SILENCE_TIMEOUT_MS, () => socket.destroy());
  return socket;
}
