import { eventOfWarning } from "../webhook-events.ts";
import type { Delivery, WebhookRecords } from "../webhooks.ts";
import { heldRow, type Leases } from "./leases.ts";
import type { NewDelivery, Outbox } from "./outbox.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

const LETTER_COLUMNS = [
  "id",
  "eventId",
  "tenant",
  "sessionId",
  "endpoint",
  "type",
  "body",
  "createdAt",
  "expiresAt",
  "attempts",
  "failure",
] as const;

/** The part of the records that webhooks are delivered from. */
export function webhookRecords({ database, isShared }: SqlBackend, leases: Leases, outbox: Outbox): WebhookRecords {
  const waiting = database.selectFrom("webhookDeliveries").where("givenUpAt", "is", null);
  const insertHeld = leases.writer("session", (held, row: NewDelivery) => {
    const { columns, values } = heldRow(held, row);
    const insert = database.insertInto("webhookDeliveries").columns(columns).expression(values);
    return insert.onConflict((conflict) => conflict.column("id").doNothing());
  });

  /** A change of a delivery by whoever holds its newest claim; false where that is another. */
  const changeClaimed = async (
    { id, attempts }: Delivery,
    change: Partial<Pick<Schema["webhookDeliveries"], "dueAt" | "givenUpAt" | "failure">>,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await database
      .updateTable("webhookDeliveries")
      .set(change)
      .where("id", "=", id)
      .where("attempts", "=", attempts)
      .where("givenUpAt", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  };

  return {
    async noteWarning(warning) {
      const session = await database
        .selectFrom("sessions")
        .select(["id", "tenant"])
        .where("id", "=", warning.sessionId)
        .executeTakeFirst();
      if (session === undefined) return;
      for (const row of outbox.rowsOf(session, [eventOfWarning(warning)])) {
        await insertHeld(row.sessionId, row);
      }
    },
    async claimDeliveries({ endpoint, tenant, now, until, limit }) {
      const all = database
        .selectFrom("webhookDeliveries as due")
        .select("due.id")
        .where("due.endpoint", "=", endpoint)
        .where("due.givenUpAt", "is", null)
        .where("due.dueAt", "<=", now)
        .where((delivery) =>
          delivery.not(
            delivery.exists(
              delivery
                .selectFrom("webhookDeliveries as earlier")
                .select("earlier.id")
                .whereRef("earlier.sessionId", "=", "due.sessionId")
                .whereRef("earlier.endpoint", "=", "due.endpoint")
                .whereRef("earlier.position", "<", "due.position")
                .where("earlier.givenUpAt", "is", null),
            ),
          ),
        )
        .orderBy("due.dueAt")
        .orderBy("due.position")
        .limit(limit);
      // Two tenants may name one address, each with a secret of its own.
      const due = tenant === undefined ? all : all.where("due.tenant", "=", tenant);
      const rows = await database
        .updateTable("webhookDeliveries")
        .set(({ eb }) => ({ dueAt: until, attempts: eb("attempts", "+", 1) }))
        // Each of several that claim at once gets what the others do not.
        .where("id", "in", isShared ? due.forUpdate("due").skipLocked() : due)
        .returning([...LETTER_COLUMNS, "position"])
        .execute();
      return rows
        .toSorted((one, other) => one.position - other.position)
        .map(({ position: _position, failure: _failure, ...delivery }) => delivery);
    },
    async finishDelivery({ id, attempts }) {
      await database.deleteFrom("webhookDeliveries").where("id", "=", id).where("attempts", "=", attempts).execute();
    },
    async postponeDelivery(delivery, { dueAt, failure }) {
      if (!(await changeClaimed(delivery, { dueAt, failure }))) return;
      // What waits behind it would be looked at in vain each time until then.
      const { sessionId, endpoint } = delivery;
      await database
        .updateTable("webhookDeliveries")
        .set({ dueAt })
        .where("sessionId", "=", sessionId)
        .where("endpoint", "=", endpoint)
        .where("givenUpAt", "is", null)
        .where("dueAt", "<", dueAt)
        .execute();
    },
    async giveUpDelivery(delivery, change) {
      await changeClaimed(delivery, change);
    },
    async giveUpExpired(now) {
      const { numUpdatedRows } = await database
        .updateTable("webhookDeliveries")
        .set({ givenUpAt: now })
        .where("givenUpAt", "is", null)
        .where("expiresAt", "<", now)
        .where("dueAt", "<", now)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    async forgetDeadLetters(givenUpBefore) {
      await database.deleteFrom("webhookDeliveries").where("givenUpAt", "<", givenUpBefore).execute();
    },
    async deadLetters({ tenant, after, limit }) {
      let letters = database
        .selectFrom("webhookDeliveries")
        .select([...LETTER_COLUMNS, "givenUpAt"])
        .where("tenant", "=", tenant)
        .where("givenUpAt", "is not", null)
        .$narrowType<{ givenUpAt: number }>();
      if (after !== undefined) {
        letters = letters.where((letter) =>
          letter.eb(letter.refTuple("givenUpAt", "id"), "<", letter.tuple(after.givenUpAt, after.id)),
        );
      }
      return letters.orderBy("givenUpAt", "desc").orderBy("id", "desc").limit(limit).execute();
    },
    async resendDeadLetter({ tenant, id }, change) {
      const { numUpdatedRows } = await database
        .updateTable("webhookDeliveries")
        .set({ ...change, givenUpAt: null, failure: null, attempts: 0 })
        .where("id", "=", id)
        .where("tenant", "=", tenant)
        .where("givenUpAt", "is not", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async oldestDelivery() {
      const oldest = await waiting.select("createdAt").orderBy("createdAt").limit(1).executeTakeFirst();
      return oldest?.createdAt;
    },
  };
}
