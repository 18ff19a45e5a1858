import type { Clock } from "../../clock.ts";
import { RecordConflict, type Records } from "../records.ts";
import type { TranscriptSeal, TurnRecord } from "../turns.ts";
import { eraseWordsOf } from "./erasure-records.ts";
import { eventOfSeal } from "../webhook-events.ts";
import { compiledOnce } from "./compiled-once.ts";
import { heldRow, type Leases } from "./leases.ts";
import type { Outbox } from "./outbox.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

type TranscriptRecords = Pick<
  Records,
  "insertTurn" | "turnsOf" | "lastTurnOf" | "eraseWords" | "insertSeal" | "findSeal" | "keepSecret"
>;

interface TranscriptRecordsNeeds {
  readonly leases: Leases;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** The part of the records that transcripts need. */
export function transcriptRecords(
  { database, together, isConstraint }: SqlBackend,
  { leases, outbox, clock }: TranscriptRecordsNeeds,
): TranscriptRecords {
  const insertTurn = leases.writer("session", (held, row: Schema["turns"]) => {
    const { columns, values } = heldRow(held, row, ["text", "heardText", "salt"]);
    const insert = database.insertInto("turns").columns(columns).expression(values);
    return insert.onConflict((conflict) => conflict.column("id").doNothing());
  });
  const selectTurns = compiledOnce(({ sessionId }: { readonly sessionId: string }) =>
    database.selectFrom("turns").selectAll().where("sessionId", "=", sessionId).orderBy("n"),
  );
  const insertSeal = compiledOnce((seal: TranscriptSeal) =>
    database
      .insertInto("transcriptSeals")
      .values(seal)
      .onConflict((conflict) => conflict.doNothing()),
  );

  return {
    async insertTurn(turn) {
      try {
        return await insertTurn(turn.sessionId, toRow(turn));
      } catch (error) {
        throw isConstraint(error) ? new RecordConflict(error) : error;
      }
    },
    async turnsOf(sessionId) {
      const { rows } = await selectTurns(database, { sessionId });
      return rows.map(toTurn);
    },
    async lastTurnOf(sessionId) {
      const row = await database
        .selectFrom("turns")
        .selectAll()
        .where("sessionId", "=", sessionId)
        .orderBy("n", "desc")
        .limit(1)
        .executeTakeFirst();
      return row && toTurn(row);
    },
    eraseWords: (sessionId) => together((transaction) => eraseWordsOf(transaction, [sessionId])),
    insertSeal: (seal) =>
      together(async (transaction) => {
        const { numAffectedRows } = await insertSeal(transaction, seal);
        if (numAffectedRows !== 1n) return;
        await outbox.addById(transaction, seal.sessionId, eventOfSeal(seal, clock.now()));
      }),
    findSeal: (sessionId) =>
      database.selectFrom("transcriptSeals").selectAll().where("sessionId", "=", sessionId).executeTakeFirst(),
    async keepSecret(name, value) {
      await database
        .insertInto("serverSecrets")
        .values({ name, value })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const kept = await database.selectFrom("serverSecrets").selectAll().where("name", "=", name).executeTakeFirst();
      return kept?.value ?? value;
    },
  };
}

function toRow(turn: TurnRecord): Schema["turns"] {
  return { ...turn, inferred: turn.inferred ? 1 : 0, typed: turn.typed ? 1 : 0 };
}

/** A row of turns as it is handed out. */
export function toTurn({ inferred, typed, ...row }: Schema["turns"]): TurnRecord {
  return { ...row, inferred: inferred === 1, typed: typed === 1 };
}
