import Database from "libsql";
import { Client } from "pg";

/** Statements of SQLite, each with the connection that prepared it last: only that one has its temporary tables. */
export type SqliteStatements = Map<string, Database.Database>;

/** Statements of Postgres, each with the values of its first time. */
export type PostgresStatements = Map<string, readonly unknown[]>;

type Prepare = typeof Database.prototype.prepare;
type Ask = typeof Client.prototype.query;

/** Every statement that goes to a database from now on. */
export function noteStatements(): { readonly sqlite: SqliteStatements; readonly postgres: PostgresStatements } {
  const asked = { sqlite: new Map() as SqliteStatements, postgres: new Map() as PostgresStatements };
  const prepare = Reflect.get<Database.Database, "prepare">(Database.prototype, "prepare");
  Database.prototype.prepare = function note(this: Database.Database, query: string) {
    asked.sqlite.set(query, this);
    return prepare.call(this, query);
  } as Prepare;
  const ask = Reflect.get<Client, "query">(Client.prototype, "query");
  Client.prototype.query = function note(this: Client, ...args: unknown[]) {
    const [query, values] = args;
    const isNew = typeof query === "string" && !asked.postgres.has(query);
    if (isNew) asked.postgres.set(query, Array.isArray(values) ? values : []);
    return Reflect.apply(ask, this, args) as unknown;
  } as Ask;
  return asked;
}

/** Of what is no query about rows there is no plan. */
export function isPlanned(query: string): boolean {
  return (
    /^\s*(select|insert|update|delete|with)\b/i.test(query) &&
    !query.includes("set_config") &&
    !query.includes("sqlite_master")
  );
}
