import type { Kysely } from "kysely";
import type { InvitationKey, InvitationRecord, InvitationRecords, Redeemed } from "../invitations.ts";
import type { SessionRecord } from "../records.ts";
import type { SessionBrief } from "../session-brief.ts";
import type { Schema } from "./schema.ts";
import { toRow as toSessionRow, toSession } from "./session-records.ts";
import type { SqlBackend } from "./sql-backend.ts";

/** The part of the records that is about invitations. */
export function invitationRecords({ database, together }: SqlBackend): InvitationRecords {
  return {
    async insertInvitation({ brief, ...invitation }) {
      const row = { ...invitation, brief: JSON.stringify(brief), erasedAt: null };
      await database.insertInto("invitations").values(row).execute();
    },
    findInvitation: (key) => find(database, key),
    async listInvitations({ tenant, person, after, limit }) {
      let query = database.selectFrom("invitations").selectAll().where("tenant", "=", tenant);
      if (person !== undefined) query = query.where("person", "=", person);
      if (after !== undefined) {
        query = query.where((invitation) =>
          invitation.eb(invitation.refTuple("createdAt", "id"), "<", invitation.tuple(after.createdAt, after.id)),
        );
      }
      const rows = await query.orderBy("createdAt", "desc").orderBy("id", "desc").limit(limit).execute();
      return rows.map(toInvitation);
    },
    async revokeInvitation(key, at) {
      const named = database.updateTable("invitations").where("id", "=", key.id).where("tenant", "=", key.tenant);
      await named.set({ revokedAt: at }).where("revokedAt", "is", null).execute();
      return find(database, key);
    },
    redeemInvitation: (key, { now, maxAttempts, isConsent, sessionOf }) =>
      together(async (transaction): Promise<Redeemed> => {
        // Locks the invitation, so that each of several that come at once sees what the one before it has done.
        const row = await transaction
          .updateTable("invitations")
          .set(({ eb }) => ({ attempts: eb("attempts", "+", 1) }))
          .where("id", "=", key.id)
          .where("tenant", "=", key.tenant)
          .where("attempts", "<", maxAttempts)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined)
          return { outcome: (await find(transaction, key)) === undefined ? "unknown" : "exhausted" };
        if (row.revokedAt !== null) return { outcome: "revoked" };
        const consentedAt = isConsent ? now : null;
        if (row.sessionId !== null) {
          const redeemed = await comeBack(transaction, row.sessionId, row.expiresAt < now);
          return redeemed.outcome === "reopened" ? noteConsent(transaction, redeemed.session, consentedAt) : redeemed;
        }
        if (row.expiresAt < now) return { outcome: "expired" };
        const session = { ...sessionOf(toInvitation(row)), consentedAt };
        await transaction.insertInto("sessions").values(toSessionRow(session)).execute();
        const redeemed = { sessionId: session.id, redeemedAt: now };
        await transaction.updateTable("invitations").set(redeemed).where("id", "=", row.id).execute();
        return { outcome: "opened", session };
      }),
  };
}

/** An interview that was begun in time is come back to as long as it lasts. */
async function comeBack(database: Kysely<Schema>, sessionId: string, isExpired: boolean): Promise<Redeemed> {
  const row = await database.selectFrom("sessions").selectAll().where("id", "=", sessionId).executeTakeFirstOrThrow();
  const session = toSession(row);
  if (session.startedAt === null && isExpired) return { outcome: "expired" };
  return { outcome: session.endedAt === null ? "reopened" : "over", session };
}

async function noteConsent(
  database: Kysely<Schema>,
  session: SessionRecord,
  consentedAt: number | null,
): Promise<Redeemed> {
  if (session.consentedAt !== null || consentedAt === null) return { outcome: "reopened", session };
  await database.updateTable("sessions").set({ consentedAt }).where("id", "=", session.id).execute();
  return { outcome: "reopened", session: { ...session, consentedAt } };
}

async function find(database: Kysely<Schema>, { id, tenant }: InvitationKey): Promise<InvitationRecord | undefined> {
  const named = database.selectFrom("invitations").selectAll().where("id", "=", id).where("tenant", "=", tenant);
  const row = await named.executeTakeFirst();
  return row && toInvitation(row);
}

function toInvitation({ erasedAt: _erasedAt, brief, ...row }: Schema["invitations"]): InvitationRecord {
  return { ...row, brief: JSON.parse(brief) as SessionBrief };
}
