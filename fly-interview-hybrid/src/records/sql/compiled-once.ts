import type { Compilable, CompiledQuery, Kysely, QueryResult } from "kysely";
import type { Schema } from "./schema.ts";

/** What a query is given: parameters by name; a list has as many parameters as it has members. */
export type QueryValues = Readonly<Record<string, unknown>>;

/** Runs a query with these values, where it is to be run. */
export type RunQuery<Values, Row> = (database: Kysely<Schema>, values: Values) => Promise<QueryResult<Row>>;

/** Stands for a value while the query is compiled. */
class Placeholder {
  readonly name: string;
  readonly index: number | undefined;

  constructor(name: string, index?: number) {
    this.name = name;
    this.index = index;
  }

  in(values: QueryValues): unknown {
    const value = values[this.name];
    return this.index === undefined ? value : (value as readonly unknown[])[this.index];
  }
}

/**
 * A query that is built and compiled once for each set of names: doing that anew takes longer than SQLite takes to run it
 * (measured). `build` gets a placeholder for each value, and must use the values only as parameters.
 */
export function compiledOnce<Values extends object, Row = unknown>(
  build: (values: Values) => Compilable<Row>,
): RunQuery<Values, Row> {
  const compiled = new Map<string, CompiledQuery<Row>>();
  return (database, given) => {
    const values = given as QueryValues;
    const form = formOf(values);
    const known = compiled.get(form) ?? build(placeholdersFor(values) as Values).compile();
    compiled.set(form, known);
    const parameters = known.parameters.map((value) => (value instanceof Placeholder ? value.in(values) : value));
    return database.executeQuery({ ...known, parameters });
  };
}

function formOf(values: QueryValues): string {
  let form = "";
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) form += Array.isArray(value) ? `${name}*${value.length},` : `${name},`;
  }
  return form;
}

/** A value that is undefined is left out, as the query would leave it out. */
function placeholdersFor(values: QueryValues): QueryValues {
  const named = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    named.map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((_member, index) => new Placeholder(name, index)) : new Placeholder(name),
    ]),
  );
}
