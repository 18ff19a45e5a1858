import { Writable } from "node:stream";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import type { Records } from "../../src/records/records.ts";
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
  idle(): Promise<void>;
}

export interface WebhooksOptions {
  readonly settings?: Record<string, string>;
  readonly resolve?: Resolve;
}

/** What delivers webhooks over records of the test's own. */
export function deliverFrom(records: Records, clock: Clock, options: WebhooksOptions): WebhooksUnderTest {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  const isOver = (): void => {
    underWay -= 1;
    if (underWay > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const watched: Records = {
    ...records,
    async claimDeliveries(claim) {
      const claimed = await records.claimDeliveries(claim);
      underWay += claimed.length;
      return claimed;
    },
    finishDelivery: (delivery) => records.finishDelivery(delivery).finally(isOver),
    postponeDelivery: (...args) => records.postponeDelivery(...args).finally(isOver),
    giveUpDelivery: (...args) => records.giveUpDelivery(...args).finally(isOver),
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
    async idle() {
      await settle();
      while (underWay > 0) {
        await new Promise<void>((done) => waiting.push(done));
        await settle();
      }
    },
  };
}

export function configOf(settings: Record<string, string> = {}) {
  return readConfig({ OPENAI_API_KEY: "sk-test", WEBHOOK_SECRET: SECRET, ...settings });
}

export interface WebhooksInTime extends WebhooksUnderTest {
  readonly clock: FakeClock;
  /** Lets time go by, second by second, with the attempts that are made on the way. */
  pass(seconds: number): Promise<void>;
  /** Lets a session start, which is an event. */
  start(id?: string): Promise<void>;
  /** How attempts were counted. */
  attempts(): Promise<Readonly<Record<string, number>>>;
}

/** Webhooks of one machine, over records in memory and a clock that moves by hand. */
export async function openWebhooksInTime(
  urls: readonly string[],
  { settings, ...options }: WebhooksOptions = {},
): Promise<WebhooksInTime> {
  const all = { WEBHOOK_URLS: urls.join(), WEBHOOK_PRIVATE_ADDRESSES: "true", ...settings };
  const clock = createFakeClock();
  const records = await openSqliteRecords(":memory:", clock, endpointsOf(configOf(all)));
  onTestFinished(() => records.close());
  await records.beat(ALONE);
  const opened = deliverFrom(records, clock, { settings: all, ...options });
  return {
    ...opened,
    clock,
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000);
        await opened.idle();
      }
    },
    start: (id = "ses_a") => insertOwn(records, { ...session, id, startedAt: clock.now() }),
    async attempts() {
      const { values } = await opened.metrics.webhooks.get();
      return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
    },
  };
}
