import {
  type Compilable,
  type CompiledQuery,
  Kysely,
  type QueryResult,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from "kysely";
import type { Schema } from "../sql/schema.ts";

/**
 * Kysely over the one connection of a file. SQLite answers in place, so a compiled query is run in place too, where no
 * transaction is open: through Kysely's layers it takes a dozen promises, which cost more than most queries (measured).
 */
export class FileDatabase extends Kysely<Schema> {
  readonly #file: SqliteDatabase;
  readonly #turns: Turns;
  readonly #inTurn: Kysely<Schema>;

  constructor(file: SqliteDatabase) {
    const turns = new Turns();
    super({ dialect: new InTurnDialect({ database: file }, turns) });
    this.#file = file;
    this.#turns = turns;
    this.#inTurn = new Undivided(file);
  }

  /** Nobody else's query comes between those of `work`; all that they wrote is undone where it rejects. */
  async together<T>(work: (transaction: Kysely<Schema>) => Promise<T>): Promise<T> {
    await this.#turns.take();
    try {
      this.#file.prepare("begin").run([]);
      const result = await work(this.#inTurn);
      this.#file.prepare("commit").run([]);
      return result;
    } catch (error) {
      this.#undo();
      throw error;
    } finally {
      this.#turns.giveBack();
    }
  }

  #undo(): void {
    try {
      this.#file.prepare("rollback").run([]);
    } catch {
      // SQLite has done it by itself, as it does where the disk is full; or nothing was begun.
    }
  }

  override async executeQuery<R>(query: CompiledQuery<R> | Compilable<R>): Promise<QueryResult<R>> {
    return this.#turns.areTaken ? super.executeQuery(query) : runIn(this.#file, query);
  }
}

/** For who has the turn. */
class Undivided extends Kysely<Schema> {
  readonly #file: SqliteDatabase;

  constructor(file: SqliteDatabase) {
    super({ dialect: new SqliteDialect({ database: file }) });
    this.#file = file;
  }

  override async executeQuery<R>(query: CompiledQuery<R> | Compilable<R>): Promise<QueryResult<R>> {
    return runIn(this.#file, query);
  }
}

function runIn<R>(file: SqliteDatabase, query: CompiledQuery<R> | Compilable<R>): QueryResult<R> {
  const { sql, parameters } = "compile" in query ? query.compile() : query;
  const statement = file.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters) as R[] };
  return { numAffectedRows: BigInt(statement.run(parameters).changes), rows: [] };
}

/** Who uses the connection, one after the other in the order in which they came. */
class Turns {
  areTaken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (this.areTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.areTaken = true;
  }

  giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.areTaken = false;
    else next();
  }
}

/** Queries that go through Kysely take their turn as well. */
class InTurnDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #turns: Turns;

  constructor(config: SqliteDialectConfig, turns: Turns) {
    super(config);
    this.#config = config;
    this.#turns = turns;
  }

  override createDriver(): SqliteDriver {
    return new InTurnDriver(this.#config, this.#turns);
  }
}

class InTurnDriver extends SqliteDriver {
  readonly #turns: Turns;

  constructor(config: SqliteDialectConfig, turns: Turns) {
    super(config);
    this.#turns = turns;
  }

  override async acquireConnection(): ReturnType<SqliteDriver["acquireConnection"]> {
    await this.#turns.take();
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    this.#turns.giveBack();
  }
}
