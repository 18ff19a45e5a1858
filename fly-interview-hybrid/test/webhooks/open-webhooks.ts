import { Writable } from "node:stream";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import type { Records } from "../../src/records/records.ts";
import type { Delivery } from "../../src/records/webhooks.ts";
import { openSqliteRecords } from "../../src/records/sqlite/records.ts";
import type { Resolve } from "../../src/webhooks/checked-lookup.ts";
import { endpointsOf, openWebhooks, type Webhooks } from "../../src/webhooks/webhooks.ts";
import { createFakeClock, type FakeClock, settle } from "../fake-clock.ts";
import { ALONE, insertOwn, session } from "../records/each-backend.ts";

/** 24 bytes. */
export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export interface WebhooksUnderTest {
  readonly webhooks: Webhooks;
  readonly records: Records;
  readonly metrics: Metrics;
  readonly logLines: readonly string[];
  /** Fulfilled when no attempt is under way. */
  readonly idle: () => Promise<void>;
  /** Makes claims wait for their answer until the returned function is called. */
  readonly holdClaims: () => () => void;
}

export interface WebhooksOptions {
  readonly settings?: Record<string, string>;
  readonly resolve?: Resolve;
}

/** What delivers webhooks over records of the test's own. */
export function deliverFrom(records: Records, clock: Clock, options: WebhooksOptions): WebhooksUnderTest {
  /** Resolvers of the attempts that are under way. */
  const underWay = new Map<string, { readonly over: Promise<void>; readonly resolve: () => void }>();
  const begins = ({ id }: Delivery): void => {
    const { promise, resolve: isOver } = withResolver();
    underWay.set(id, { over: promise, resolve: isOver });
  };
  const ends = ({ id }: Delivery): void => {
    underWay.get(id)?.resolve();
    underWay.delete(id);
  };
  let held = Promise.resolve();
  const watched: Records = {
    ...records,
    async claimDeliveries(claim) {
      const claimed = await records.claimDeliveries(claim);
      await held;
      claimed.forEach(begins);
      return claimed;
    },
    finishDelivery: (delivery) => records.finishDelivery(delivery).finally(() => ends(delivery)),
    postponeDelivery: (...args) => records.postponeDelivery(...args).finally(() => ends(args[0])),
    giveUpDelivery: (...args) => records.giveUpDelivery(...args).finally(() => ends(args[0])),
  };
  const logLines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logLines.push(chunk.toString("utf8"));
      done();
    },
  });
  const metrics = new Metrics();
  const { resolve } = options;
  const webhooks = openWebhooks({
    config: configOf(options.settings),
    clock,
    log: createLog("trace", destination),
    metrics,
    records: watched,
    ...(resolve === undefined ? {} : { resolve }),
  });
  onTestFinished(() => webhooks.close());
  return {
    webhooks,
    records,
    metrics,
    logLines,
    holdClaims() {
      const { promise, resolve: release } = withResolver();
      held = promise;
      return release;
    },
    async idle() {
      for (;;) {
        await settle();
        const [first] = underWay.values();
        if (first === undefined) return;
        await first.over;
      }
    },
  };
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}

export function configOf(settings: Record<string, string> = {}) {
  return readConfig({ OPENAI_API_KEY: "sk-test", WEBHOOK_SECRET: SECRET, ...settings });
}

export interface WebhooksInTime extends WebhooksUnderTest {
  readonly clock: FakeClock;
  /** Lets time go by, second by second, with the attempts that are made on the way. */
  readonly pass: (seconds: number) => Promise<void>;
  /** Lets time go by in which nothing is done here, as if the process had stood still. */
  readonly skip: (seconds: number) => void;
  /** Lets a session start, which is an event. */
  readonly start: (id?: string) => Promise<void>;
  /** How attempts were counted. */
  readonly attempts: () => Promise<Readonly<Record<string, number>>>;
}

/** Webhooks of one machine, over records in memory and a clock that moves by hand. */
export async function openWebhooksInTime(
  urls: readonly string[],
  { settings, ...options }: WebhooksOptions = {},
): Promise<WebhooksInTime> {
  const all = { WEBHOOK_URLS: urls.join(), WEBHOOK_PRIVATE_ADDRESSES: "true", ...settings };
  let skipped = 0;
  const moved = createFakeClock();
  const clock: FakeClock = { ...moved, now: () => moved.now() + skipped };
  const records = await openSqliteRecords(":memory:", clock, endpointsOf(configOf(all)));
  onTestFinished(() => records.close());
  await records.beat(ALONE);
  const opened = deliverFrom(records, clock, { settings: all, ...options });
  // The first look is over, so that what starts now is found by the next one.
  await opened.idle();
  return {
    ...opened,
    clock,
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000);
        await opened.idle();
      }
    },
    skip(seconds) {
      skipped += seconds * 1000;
    },
    start: (id = "ses_a") => insertOwn(records, { ...session, id, startedAt: clock.now() }),
    async attempts() {
      const readings = await opened.metrics.webhookAttempts.read();
      return Object.fromEntries(readings.flatMap(({ labels, value }) => (value > 0 ? [[labels.outcome, value]] : [])));
    },
  };
}
