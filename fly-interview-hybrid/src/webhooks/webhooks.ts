import { lookup } from "node:dns/promises";
import { DEFAULT_TENANT } from "../auth/principal.ts";
import type { Config } from "../config/config.ts";
import type { Metrics } from "../ops/metrics.ts";
import { within } from "../pause.ts";
import type { EndpointsOf } from "../records/webhooks.ts";
import type { Tenants } from "../tenants/tenants.ts";
import type { Resolve } from "./checked-lookup.ts";
import { type Endpoint, EndpointQueue, type EndpointQueueNeeds } from "./endpoint-queue.ts";
import { openSender } from "./send.ts";

/** How often the outbox is tidied, in milliseconds. */
const TIDY_EVERY_MS = 60_000;

/** Whoever asks how long webhooks wait does not wait longer than this, in milliseconds. */
const LAG_PATIENCE_MS = 1500;

/** How long a dead letter can be sent again, in milliseconds. */
const KEEP_DEAD_LETTERS_MS = 30 * 24 * 3600 * 1000;

export interface WebhooksNeeds extends Omit<EndpointQueueNeeds, "sender" | "onAttempt" | "onGivenUp"> {
  readonly config: Config;
  readonly metrics: Metrics;
  /** Where events go at the moment; to the endpoints of the settings without it. */
  readonly endpoints?: () => readonly Endpoint[];
  /** For tests; the system's resolver without it. */
  readonly resolve?: Resolve;
}

/** What delivers webhooks in this process. */
export interface Webhooks {
  /** How long the oldest event has waited that has not arrived, in seconds; 0: all have; `undefined`: the records do not say. */
  lagSeconds(): Promise<number | undefined>;
  /** Looks which endpoints there are now. What waits for one that is gone waits until it is back, or expires. */
  adjust(): void;
  /** Makes no new attempt. What has not arrived stays in the records, for another machine or the next process. */
  close(): Promise<void>;
}

/** Where a tenant's events go: the settings are the default tenant's. */
export function endpointsOf({ WEBHOOK_URLS = [] }: Config): EndpointsOf {
  const urls = [...new Set(WEBHOOK_URLS)];
  return (tenant) => (tenant === DEFAULT_TENANT ? urls : []);
}

/** The same for every tenant, as it is at the moment. */
export function endpointsOfTenants(tenants: () => Pick<Tenants, "of">): EndpointsOf {
  return (tenant) => tenants().of(tenant).webhooks.urls;
}

/** The endpoints of all tenants: one that was disabled is told that its sessions have ended. */
export function allEndpoints({ every }: Pick<Tenants, "every">): readonly Endpoint[] {
  return every().flatMap(({ id: tenant, webhooks: { urls, secrets } }) =>
    urls.map((url) => ({ tenant, url, secrets })),
  );
}

/** Begins to deliver what is in the outbox, whichever machine has written it. */
export function openWebhooks({ config, metrics, resolve = resolveByName, ...needs }: WebhooksNeeds): Webhooks {
  const { clock, records, log } = needs;
  const sender = openSender({ clock, resolve, allowPrivate: config.WEBHOOK_PRIVATE_ADDRESSES });
  const onGivenUp = (deliveries: number): void => metrics.webhookDeadLetters.inc(deliveries);
  const queueNeeds: EndpointQueueNeeds = {
    ...needs,
    sender,
    onAttempt: (outcome) => metrics.webhookAttempts.inc({ outcome }),
    onGivenUp,
  };
  const endpoints = needs.endpoints ?? (() => readEndpoints(config));
  const queues = new Map<string, EndpointQueue>();
  let closingQueues: Promise<void> = Promise.resolve();
  const adjust = (): void => {
    const wanted = new Map(endpoints().map((endpoint) => [JSON.stringify(endpoint), endpoint]));
    for (const [key, queue] of queues) {
      if (wanted.has(key)) continue;
      queues.delete(key);
      const before = closingQueues;
      closingQueues = queue.close().then(() => before);
    }
    for (const [key, endpoint] of wanted)
      if (!queues.has(key)) queues.set(key, new EndpointQueue(endpoint, queueNeeds));
  };
  adjust();

  let cancelTidying: () => void = () => undefined;
  let tidying = Promise.resolve();
  const tidy = async (): Promise<void> => {
    onGivenUp(await records.giveUpExpired(clock.now()));
    await records.forgetDeadLetters(clock.now() - KEEP_DEAD_LETTERS_MS);
  };
  const tidyLater = (): void => {
    cancelTidying = clock.after(TIDY_EVERY_MS, () => {
      tidying = tidy().catch((error: unknown) => log.error({ err: error }, "the outbox of webhooks cannot be tidied"));
      tidyLater();
    });
  };
  tidyLater();

  const lag = async (): Promise<number> => {
    const oldest = await records.oldestDelivery();
    return oldest === undefined ? 0 : Math.max(0, clock.now() - oldest) / 1000;
  };

  const closed = new AbortController();
  const close = async (): Promise<void> => {
    closed.abort();
    cancelTidying();
    await Promise.all([...[...queues.values()].map((queue) => queue.close()), closingQueues, tidying]);
    await sender.close();
  };
  let closing: Promise<void> | undefined;
  return {
    adjust() {
      if (closing === undefined) adjust();
    },
    lagSeconds: () => within(lag(), LAG_PATIENCE_MS, { clock, signal: closed.signal }).catch(() => undefined),
    close: () => (closing ??= close()),
  };
}

function readEndpoints(config: Config): readonly Endpoint[] {
  return endpointsOf(config)(DEFAULT_TENANT).map((url) => ({
    tenant: DEFAULT_TENANT,
    url,
    secrets: config.WEBHOOK_SECRET ?? [],
  }));
}

const resolveByName: Resolve = (hostname) => lookup(hostname, { all: true });
