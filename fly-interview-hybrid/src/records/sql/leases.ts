import type { Compilable, Kysely, SelectQueryBuilder } from "kysely";
import { LeaseLost } from "../machines.ts";
import { compiledOnce } from "./compiled-once.ts";
import type { OwnIds } from "./own-ids.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

/** What a write concerns: a session, or a call of one. */
export type SubjectKind = "session" | "call";

/** One row where this process owns the subject, else none; for a write to select from. */
export type Held = SelectQueryBuilder<Pick<Schema, "sessions" | "calls">, "sessions" | "calls", object>;

/**
 * Writes these values for the session or call of an id; false where there was nothing to do. Throws {@link LeaseLost} where
 * another process owns it. `database`: the transaction that it is a part of, where it is one of several writes.
 */
export type HeldWrite<Values> = (id: string, values: Values, database?: Kysely<Schema>) => Promise<boolean>;

/** Whose write it is; the names are none of a column's. */
interface HeldValues {
  readonly "held.id": string;
  readonly "held.owners": readonly string[];
}

/**
 * Keeps writes to the sessions that this process owns. The owner is looked at in the statement that writes, and locked
 * against another's claim until that is done: a process that was cut off cannot write after it.
 */
export class Leases {
  readonly #database: Kysely<Schema>;
  readonly #isShared: boolean;
  readonly #ids: OwnIds;

  constructor({ database, isShared }: SqlBackend, ids: OwnIds) {
    this.#database = database;
    this.#isShared = isShared;
    this.#ids = ids;
  }

  /** A write that selects from what is held. `build` is called once for each set of names among the values. */
  writer<Values extends object>(
    kind: SubjectKind,
    build: (held: Held, values: Values) => Compilable,
  ): HeldWrite<Values> {
    const write = compiledOnce(({ "held.id": id, "held.owners": owners, ...values }: HeldValues & Values) =>
      build(this.#held(kind, id, owners), values as unknown as Values),
    );
    const look = compiledOnce(({ "held.id": id, "held.owners": owners }: HeldValues) =>
      this.#held(kind, id, owners).select("sessions.id"),
    );
    return async (id, values, database = this.#database) => {
      const held = { "held.id": id, "held.owners": this.#ids.all };
      const hasWritten = async (): Promise<boolean> => {
        const { numAffectedRows = 0n } = await write(database, { ...values, ...held });
        return numAffectedRows > 0n;
      };
      const requireHeld = async (): Promise<void> => {
        const { rows } = await look(database, held);
        if (rows.length === 0) throw new LeaseLost();
      };

      if (await hasWritten()) return true;
      await requireHeld();
      // It may have been claimed only behind that write: what an earlier process has left would be taken for done.
      if (await hasWritten()) return true;
      // Who owns it now has owned it since then: nobody gets a session twice under one id.
      await requireHeld();
      return false;
    };
  }

  #held(kind: SubjectKind, id: string, owners: readonly string[]): Held {
    const sessions = this.#database.selectFrom("sessions").where("sessions.owner", "in", owners);
    const ofSubject =
      kind === "session"
        ? sessions.where("sessions.id", "=", id)
        : sessions.innerJoin("calls", "calls.sessionId", "sessions.id").where("calls.id", "=", id);
    return this.#isShared ? ofSubject.forShare("sessions") : ofSubject;
  }
}

/**
 * A row to be inserted where its subject is held: the columns, and what to insert. `words`: columns that are null where the
 * words of the session are erased.
 */
export function heldRow<Row extends object>(
  held: Held,
  row: Row,
  words: readonly (keyof Row & string)[] = [],
): HeldRow<Row> {
  const columns = Object.keys(row) as (keyof Row & string)[];
  return {
    columns,
    values: held.select((value) =>
      columns.map((name) => {
        const given = value.val(row[name]);
        if (!words.includes(name)) return given.as(name);
        return value.case().when("sessions.erasedAt", "is", null).then(given).else(null).end().as(name);
      }),
    ),
  };
}

interface HeldRow<Row> {
  readonly columns: readonly (keyof Row & string)[];
  readonly values: SelectQueryBuilder<Pick<Schema, "sessions" | "calls">, "sessions" | "calls", Partial<Row>>;
}
