import type { Kysely, SelectQueryBuilder } from "kysely";
import { LeaseLost } from "../machines.ts";
import type { OwnIds } from "./own-ids.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

/** What a write concerns: a session, or a call of one. */
export type Subject = { readonly sessionId: string } | { readonly callId: string };

type Held = SelectQueryBuilder<Pick<Schema, "sessions" | "calls">, "sessions" | "calls", object>;

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

  /** One row where this process owns the subject, else none; for a write to select from. */
  held(subject: Subject): Held {
    const sessions = this.#database.selectFrom("sessions").where("sessions.owner", "in", this.#ids.all);
    const ofSubject =
      "sessionId" in subject
        ? sessions.where("sessions.id", "=", subject.sessionId)
        : sessions.innerJoin("calls", "calls.sessionId", "sessions.id").where("calls.id", "=", subject.callId);
    return this.#isShared ? ofSubject.forShare("sessions") : ofSubject;
  }

  /**
   * A row to be inserted where this process owns the subject: the columns, and what to insert. `words`: columns that are
   * null where the words of the session are erased.
   */
  rowOf<Row extends object>(subject: Subject, row: Row, words: readonly (keyof Row & string)[] = []): HeldRow<Row> {
    const columns = Object.keys(row) as (keyof Row & string)[];
    return {
      columns,
      values: this.held(subject).select((value) =>
        columns.map((name) => {
          const given = value.val(row[name]);
          if (!words.includes(name)) return given.as(name);
          return value.case().when("sessions.erasedAt", "is", null).then(given).else(null).end().as(name);
        }),
      ),
    };
  }

  /**
   * Runs a write that selects from {@link Leases.held}; false where it found nothing to do. Throws {@link LeaseLost} where
   * another owns the subject, or nobody.
   */
  async write(query: GuardedWrite, subject: Subject): Promise<boolean> {
    if (await hasWritten(query)) return true;
    await this.#requireHeld(subject);
    // It may have been claimed only behind that write: what an earlier process has left would be taken for done.
    if (await hasWritten(query)) return true;
    // Who owns it now has owned it since then: nobody gets a session twice under one id.
    await this.#requireHeld(subject);
    return false;
  }

  async #requireHeld(subject: Subject): Promise<void> {
    const row = await this.held(subject).select("sessions.id").executeTakeFirst();
    if (row === undefined) throw new LeaseLost();
  }
}

async function hasWritten(query: GuardedWrite): Promise<boolean> {
  const { numInsertedOrUpdatedRows, numUpdatedRows } = await query.executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? numUpdatedRows ?? 0n) > 0n;
}

interface HeldRow<Row> {
  readonly columns: readonly (keyof Row & string)[];
  readonly values: SelectQueryBuilder<Pick<Schema, "sessions" | "calls">, "sessions" | "calls", Partial<Row>>;
}

interface GuardedWrite {
  executeTakeFirst(): Promise<{
    readonly numInsertedOrUpdatedRows?: bigint | undefined;
    readonly numUpdatedRows?: bigint | undefined;
  }>;
}
