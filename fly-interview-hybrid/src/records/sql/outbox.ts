import type { Kysely } from "kysely";
import type { Clock } from "../../clock.ts";
import { derivedId } from "../../ids.ts";
import type { SessionRecord } from "../records.ts";
import type { NewEvent } from "../webhook-events.ts";
import { DELIVER_WITHIN_MS, type EndpointsOf } from "../webhooks.ts";
import type { Schema } from "./schema.ts";

/** An event for one endpoint, as it is kept. */
export type NewDelivery = Omit<Schema["webhookDeliveries"], "position">;

/** Keeps events for the endpoints of their tenant, in the transaction of the fact that they tell of. */
export class Outbox {
  readonly #endpointsOf: EndpointsOf;
  readonly #clock: Clock;

  constructor(endpointsOf: EndpointsOf, clock: Clock) {
    this.#endpointsOf = endpointsOf;
    this.#clock = clock;
  }

  /** Keeps events of a session; those that are kept already stay as they are. `events` is asked only where somebody is to hear. */
  async add(
    transaction: Kysely<Schema>,
    session: Pick<SessionRecord, "id" | "tenant">,
    events: () => readonly NewEvent[],
  ): Promise<void> {
    if (this.#endpointsOf(session.tenant).length === 0) return;
    const rows = this.rowsOf(session, events());
    if (rows.length === 0) return;
    await transaction
      .insertInto("webhookDeliveries")
      .values(rows)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }

  /** The same for a session of which no more is known than its id. */
  async addById(transaction: Kysely<Schema>, sessionId: string, event: NewEvent): Promise<void> {
    const session = await transaction
      .selectFrom("sessions")
      .select(["id", "tenant"])
      .where("id", "=", sessionId)
      .executeTakeFirst();
    if (session !== undefined) await this.add(transaction, session, () => [event]);
  }

  /** What is to be kept: each event, for each endpoint. */
  rowsOf({ id: sessionId, tenant }: Pick<SessionRecord, "id" | "tenant">, events: readonly NewEvent[]): NewDelivery[] {
    const now = this.#clock.now();
    return this.#endpointsOf(tenant).flatMap((endpoint) =>
      events.map(({ id, event }) => ({
        id: derivedId("dlv_", id, endpoint),
        eventId: id,
        tenant,
        sessionId,
        endpoint,
        type: event.type,
        body: JSON.stringify(event),
        createdAt: now,
        dueAt: now,
        expiresAt: now + DELIVER_WITHIN_MS,
        attempts: 0,
        givenUpAt: null,
        failure: null,
      })),
    );
  }
}
