import type { WebhookEventType } from "@interview-proxy/protocol";

/** How long it is tried to deliver an event, in milliseconds. */
export const DELIVER_WITHIN_MS: number = 24 * 3600 * 1000;

/** URLs to which a tenant's events are sent. */
export type EndpointsOf = (tenant: string) => readonly string[];

/** An event on its way to one endpoint. Times are milliseconds since the epoch. */
export interface Delivery {
  readonly id: string;
  /** The same at every endpoint, and at every attempt. */
  readonly eventId: string;
  readonly tenant: string;
  readonly sessionId: string;
  /** A URL. */
  readonly endpoint: string;
  readonly type: WebhookEventType;
  /** JSON; these very characters are signed and sent. */
  readonly body: string;
  readonly createdAt: number;
  /** After this no further attempt is made. */
  readonly expiresAt: number;
  /** How often it was claimed; whoever holds the newest claim says what becomes of it. */
  readonly attempts: number;
}

/** A delivery that is tried no more. */
export interface DeadLetter extends Delivery {
  readonly givenUpAt: number;
  /** What came of the last attempt; `null`: none was made. */
  readonly failure: string | null;
}

/** Which dead letters a list shows, the last given up first. */
export interface DeadLetterFilter {
  readonly tenant: string;
  /** Only those behind this one in the list. */
  readonly after?: Pick<DeadLetter, "givenUpAt" | "id"> | undefined;
  readonly limit: number;
}

/** That candidate and interviewer were told how little time is left: nothing else in the records says so. */
export interface Warning {
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly remainingSeconds: number;
}

/**
 * The part of the records that is the outbox of webhooks. Events are written with the facts that they tell of: the start of
 * a session, its interruptions and its end, violations, seals. All others leave the session's events in their order.
 */
export interface WebhookRecords {
  /** Keeps the event of a warning; one that is kept already stays as it is. Its owner's to write, as all that is of a session. */
  noteWarning(warning: Warning): Promise<void>;
  /**
   * Claims deliveries of an endpoint, of one tenant where that is said, that are due, the oldest first, and of one session only the oldest that is not done. A
   * claim that comes to nothing lapses at `until`: the delivery is due then.
   */
  claimDeliveries(claim: {
    readonly endpoint: string;
    readonly tenant?: string;
    readonly now: number;
    readonly until: number;
    readonly limit: number;
  }): Promise<readonly Delivery[]>;
  /** It has arrived. Does nothing where the claim has lapsed and another holds it. */
  finishDelivery(delivery: Delivery): Promise<void>;
  /** It has not, and is due again at `dueAt`, as is what waits behind it. Does nothing where another holds the claim. */
  postponeDelivery(
    delivery: Delivery,
    change: { readonly dueAt: number; readonly failure: string | null },
  ): Promise<void>;
  /** It is tried no more. Does nothing where another holds the claim. */
  giveUpDelivery(delivery: Delivery, change: { readonly givenUpAt: number; readonly failure: string }): Promise<void>;
  /** Gives up what has expired unclaimed, such as what was for an endpoint that is none any more; returns how many. */
  giveUpExpired(now: number): Promise<number>;
  /** Forgets dead letters that were given up before `givenUpBefore`. */
  forgetDeadLetters(givenUpBefore: number): Promise<void>;
  deadLetters(filter: DeadLetterFilter): Promise<readonly DeadLetter[]>;
  /** Lets a dead letter be due again; false where the tenant has none of this id. */
  resendDeadLetter(
    letter: Pick<DeadLetter, "tenant" | "id">,
    change: { readonly dueAt: number; readonly expiresAt: number },
  ): Promise<boolean>;
  /** When the oldest event was written that has not arrived and is not given up; `undefined`: there is none. */
  oldestDelivery(): Promise<number | undefined>;
}
