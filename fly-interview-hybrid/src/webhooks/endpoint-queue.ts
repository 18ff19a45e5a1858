import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import { retryDelay, within } from "../pause.ts";
import type { Delivery, WebhookRecords } from "../records/webhooks.ts";
import { ATTEMPT_TIMEOUT_MS, type Outcome, type Sender } from "./send.ts";
import { signedHeaders } from "./sign.ts";

/** How often it is looked for what is due, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** So many attempts are made at once at one endpoint by one machine: who is slow delays nothing but itself. */
const MAX_AT_ONCE = 8;

/**
 * A claim lapses after this, in milliseconds. Longer than an attempt by so much that machines whose clocks differ by half a
 * minute still make no two of one delivery at once.
 */
const CLAIM_MS = 3 * ATTEMPT_TIMEOUT_MS;

/** Waits between attempts, in milliseconds; the last one again and again. */
const RETRY_DELAYS_MS = [5, 30, 2 * 60, 5 * 60, 15 * 60, 3600, 2 * 3600, 4 * 3600].map((seconds) => seconds * 1000);

/** Attempts that are under way when the process stops may take so long, in milliseconds. */
const STOP_MS = 2000;

/** What an attempt may be counted as. */
export type AttemptOutcome = Outcome["kind"];

export interface EndpointQueueNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: WebhookRecords;
  readonly sender: Sender;
  readonly onAttempt: (outcome: AttemptOutcome) => void;
  readonly onGivenUp: (deliveries: number) => void;
}

/** An endpoint of a tenant, and the secrets by which it knows us. */
export interface Endpoint {
  readonly tenant: string;
  readonly url: string;
  readonly secrets: readonly string[];
}

/** Delivers what is due at one endpoint. */
export class EndpointQueue {
  readonly #endpoint: Endpoint;
  readonly #needs: EndpointQueueNeeds;
  readonly #underWay = new Set<Promise<void>>();
  readonly #aborted = new AbortController();
  #isClosed = false;
  #isLooking = false;
  #isFailing = false;
  #cancelLook: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(endpoint: Endpoint, needs: EndpointQueueNeeds) {
    this.#endpoint = endpoint;
    this.#needs = needs;
    this.#look();
  }

  /** Makes no new attempt, and lets those under way come to their end within seconds. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLook();
    const done = Promise.all(this.#underWay);
    await within(done, STOP_MS, { clock: this.#needs.clock, signal: this.#aborted.signal });
    this.#aborted.abort();
    await done;
  }

  #look(): void {
    this.#cancelLook();
    if (this.#isClosed) return;
    this.#cancelLook = this.#needs.clock.after(LOOK_EVERY_MS, () => this.#look());
    const room = MAX_AT_ONCE - this.#underWay.size;
    if (room <= 0 || this.#isLooking) return;
    this.#isLooking = true;
    void this.#watch(this.#claim(room).finally(() => (this.#isLooking = false)));
  }

  /** Never rejects. */
  #watch(work: Promise<void>): Promise<void> {
    const watched = work
      .then(
        () => (this.#isFailing = false),
        (error: unknown) => this.#noteFailure(error),
      )
      .then(() => void this.#underWay.delete(watched));
    this.#underWay.add(watched);
    return watched;
  }

  #noteFailure(error: unknown): void {
    if (!this.#isFailing) this.#needs.log.error({ err: error }, "the outbox of webhooks cannot be read or written");
    this.#isFailing = true;
  }

  async #claim(limit: number): Promise<void> {
    const { clock, records } = this.#needs;
    const now = clock.now();
    const { tenant, url: endpoint } = this.#endpoint;
    const claim = { tenant, endpoint, now, until: now + CLAIM_MS, limit };
    for (const delivery of await records.claimDeliveries(claim)) {
      if (this.#isClosed) await records.postponeDelivery(delivery, { dueAt: now, failure: null });
      // Behind it the next one of its session has waited.
      else void this.#watch(this.#deliver(delivery)).then(() => this.#look());
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { clock, sender, onAttempt } = this.#needs;
    const { url, secrets } = this.#endpoint;
    const { body, eventId } = delivery;
    const headers = signedHeaders({ eventId, body }, secrets, clock.now());
    const outcome = await sender.send({ url, headers, body }, this.#aborted.signal);
    onAttempt(outcome.kind);
    await this.#settle(delivery, outcome);
  }

  async #settle(delivery: Delivery, outcome: Outcome): Promise<void> {
    const { clock, log, records, onGivenUp } = this.#needs;
    if (outcome.kind === "delivered") return records.finishDelivery(delivery);
    const failure = outcome.kind === "refused" ? `http_${outcome.status}` : outcome.kind;
    const dueAt = clock.now() + retryDelay(RETRY_DELAYS_MS, delivery.attempts - 1);
    if (dueAt <= delivery.expiresAt) return records.postponeDelivery(delivery, { dueAt, failure });
    await records.giveUpDelivery(delivery, { givenUpAt: clock.now(), failure });
    onGivenUp(1);
    log.warn({ webhook: delivery.eventId, type: delivery.type, failure }, "a webhook is tried no more");
  }
}
