import type Database from "libsql";
import type { Client } from "pg";
import { GROWING } from "./grown-records.ts";

/** A step of a plan that reads from end to end what grows with sessions. */
export interface Scan {
  /** What is read. */
  readonly table: string;
  readonly query: string;
}

/** A query that takes some rows in the order of an index, and stops. */
const STOPS_EARLY = /\blimit\b/i;

/** The scans of an SQLite statement. A partial index has only what is open, and may be read as a whole. */
export function scansInSqlite(file: Database.Database, query: string): readonly Scan[] {
  const statement = file.prepare(`explain query plan ${query}`);
  const parameters = [...query.matchAll(/\?/g)].map(() => null);
  const steps = (statement.all(parameters) as { readonly detail: string }[]).map(({ detail }) => detail);
  const isSorted = steps.some((step) => step.startsWith("USE TEMP B-TREE"));
  return steps.flatMap((step) => {
    const [, name = "", index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(step) ?? [];
    if (name === "") return [];
    const table = tableOf(query, name);
    const stops = STOPS_EARLY.test(query) && !isSorted;
    return !GROWING.has(table) || stops || isPartial(file, index) ? [] : [{ table, query }];
  });
}

function isPartial(file: Database.Database, index: string | undefined): boolean {
  const [found] = file.prepare("select sql from sqlite_master where type = 'index' and name = ?").all(index ?? "") as {
    readonly sql: string | null;
  }[];
  return / where /i.test(found?.sql ?? "");
}

/** The scans of a Postgres statement with these values, as its planner would do it now. */
export async function scansInPostgres(
  client: Client,
  query: string,
  values: readonly unknown[],
): Promise<readonly Scan[]> {
  const { rows } = await client.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
    `explain (format json) ${query}`,
    [...values],
  );
  const partial = await partialIndexes(client);
  return rows
    .flatMap((row) => row["QUERY PLAN"].map(({ Plan }) => Plan))
    .flatMap((plan) => scansBelow(plan, false, partial))
    .filter((table) => GROWING.has(table))
    .map((table) => ({ table, query }));
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Names of tables. Below a limit, and not below a sort, rows are read until there are enough. */
function scansBelow(node: PlanNode, stops: boolean, partial: ReadonlySet<string>): string[] {
  const type = node["Node Type"];
  const table = node["Relation Name"];
  const isIndexRead = type === "Index Scan" || type === "Index Only Scan" || type === "Bitmap Index Scan";
  const readsAll = type === "Seq Scan" || (isIndexRead && node["Index Cond"] === undefined);
  const isOpenOnly = partial.has(node["Index Name"] ?? "");
  const own = table !== undefined && readsAll && !(isIndexRead && (stops || isOpenOnly)) ? [table] : [];
  const below = type === "Limit" ? true : type === "Sort" || type.endsWith("Aggregate") ? false : stops;
  return [...own, ...(node.Plans ?? []).flatMap((plan) => scansBelow(plan, below, partial))];
}

async function partialIndexes(client: Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    "select indexname as name from pg_indexes where schemaname = 'interview_proxy' and indexdef like '% WHERE %'",
  );
  return new Set(rows.map(({ name }) => name));
}

/** A table by its name in a plan, which may be an alias. */
function tableOf(query: string, name: string): string {
  return new RegExp(`"(\\w+)" as "${name}"`, "i").exec(query)?.[1] ?? name;
}

/**
 * Postgres looks for rows that name a row which is deleted by statements of its own, of which no client hears: these. SQLite has such looks in the
 * plan of the deletion.
 */
export async function referenceLooks(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ query: string }>(
    `select format('select 1 from only interview_proxy.%I x where %I = $1 for key share of x', child.relname, attname) as query
     from pg_constraint
     join pg_class child on child.oid = conrelid
     join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'f'`,
  );
  return rows.map(({ query }) => query);
}
