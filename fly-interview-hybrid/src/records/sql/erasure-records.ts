import type { Kysely, SelectQueryBuilder } from "kysely";
import type { Erased, ErasureRecords } from "../erasure.ts";
import { type SessionBrief, withoutWords } from "../session-brief.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

type Forgotten = SelectQueryBuilder<Schema, "sessions", { id: string; brief: string }>;

/** An invitation that is forgotten begins no interview, so that nothing asks for its limits. */
const NO_BRIEF = JSON.stringify({ maxSeconds: 0, warnAtSeconds: [], budget: {} } satisfies SessionBrief);

/** The part of the records that forgets. */
export function erasureRecords({ database, together, isShared }: SqlBackend): ErasureRecords {
  const ended = database
    .selectFrom("sessions")
    .select(["id", "brief"])
    .where("endedAt", "is not", null)
    .where("erasedAt", "is", null);
  const kept = database.selectFrom("invitations").select("id").where("erasedAt", "is", null);

  /** A session that is held takes no turn until its words are gone, and then takes none with words. */
  const erase = (sessions: Forgotten, at: number): Promise<Omit<Erased, "invitations">> =>
    together(async (transaction) => {
      const found = await transaction.executeQuery(sessions.compile());
      const turns = await eraseWordsOf(
        transaction,
        found.rows.map(({ id }) => id),
      );
      for (const { id, brief } of found.rows) await forget(transaction, id, { brief, at });
      return { sessions: found.rows.length, turns };
    });

  return {
    async eraseInvitations({ tenant, person }, at) {
      const ofPerson = database.updateTable("invitations").where("tenant", "=", tenant).where("person", "=", person);
      await ofPerson.where("revokedAt", "is", null).set({ revokedAt: at }).execute();
      const { numUpdatedRows } = await ofPerson
        .where("erasedAt", "is", null)
        .set({ erasedAt: at, brief: NO_BRIEF })
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    eraseSessions({ tenant, person }, at, limit) {
      const ofPerson = ended.where("tenant", "=", tenant).where("person", "=", person);
      const first = ofPerson.orderBy("createdAt").orderBy("id").limit(limit);
      return erase(isShared ? first.forUpdate() : first, at);
    },
    async eraseOlder(tenant, before, at, limit) {
      const old = ended.where("tenant", "=", tenant).where("endedAt", "<", before).orderBy("endedAt").limit(limit);
      const erased = await erase(isShared ? old.forUpdate().skipLocked() : old, at);
      const expired = kept
        .where("tenant", "=", tenant)
        .where("expiresAt", "<", before)
        .orderBy("expiresAt")
        .limit(limit);
      const { numUpdatedRows } = await database
        .updateTable("invitations")
        .set({ erasedAt: at, brief: NO_BRIEF })
        .where("id", "in", isShared ? expired.forUpdate().skipLocked() : expired)
        .executeTakeFirst();
      return { ...erased, invitations: Number(numUpdatedRows) };
    },
  };
}

/** Takes the words, and the salts of their hashes, out of turns and notes; returns how many turns had some. */
export async function eraseWordsOf(database: Kysely<Schema>, sessionIds: readonly string[]): Promise<number> {
  if (sessionIds.length === 0) return 0;
  const turns = await database
    .updateTable("turns")
    .set({ text: null, heardText: null, salt: null })
    .where("sessionId", "in", sessionIds)
    .where("salt", "is not", null)
    .executeTakeFirst();
  await database.updateTable("marks").set({ text: null }).where("sessionId", "in", sessionIds).execute();
  return Number(turns.numUpdatedRows);
}

/** The name is one that a client chose, and may say anything. */
async function forget(
  database: Kysely<Schema>,
  id: string,
  { brief, at }: { readonly brief: string; readonly at: number },
): Promise<void> {
  const numbers = JSON.stringify(withoutWords(JSON.parse(brief) as SessionBrief));
  await database
    .updateTable("sessions")
    .set({ erasedAt: at, name: null, brief: numbers })
    .where("id", "=", id)
    .execute();
}
