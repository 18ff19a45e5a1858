import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { type Reach, type ReadinessChecks, reachOfRecords } from "./doors/http/health.ts";
import { openCanaryOutcome } from "./ops/canary-outcome.ts";
import type { Metrics } from "./ops/metrics.ts";
import type { UpstreamContacts } from "./ops/upstream-contacts.ts";
import { PROXY_DIRECTORY } from "./paths.ts";
import { diskOf } from "./records/registry.ts";
import type { WriteQueue } from "./records/write-queue.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

export interface ObservedParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly queue: WriteQueue;
  readonly webhooks: Webhooks;
  readonly contacts: UpstreamContacts;
  readonly checks: ReadinessChecks;
}

/** What is read of the parts of the proxy when somebody looks. */
export function observeParts(metrics: Metrics, parts: ObservedParts): void {
  const { clock, sessions, queue, webhooks, contacts, checks } = parts;
  metrics.countSessions(() =>
    sessions.running().map(({ state, principal, call }) => ({
      state,
      tenant: principal.tenant,
      upstream: call?.upstream.name,
    })),
  );
  metrics.readTenantUse(clock);
  metrics.readContacts(contacts);
  metrics.gauge("interview_writes_waiting", "Writes that wait for the records.", () => queue.size);
  metrics.gauge(
    "interview_transcript_lag_seconds",
    "Longest that something said may have waited for the records.",
    () => queue.lagSeconds,
  );
  metrics.gauge("interview_webhook_lag_seconds", "Age of the oldest webhook that has not arrived.", () =>
    webhooks.lagSeconds(),
  );
  metrics.gauge("interview_records_up", "1: the records answer.", async () => toNumber(await reachOfRecords(checks)));
  metrics.gauge("interview_redis_up", "1: Redis can be reached.", () => toNumber(checks.redis()));
  observeDisk(metrics, parts.config);
  observeCanary(metrics, parts.config, clock);
}

function observeDisk(metrics: Metrics, { DATABASE_URL, SPOOL_FOLDER }: Config): void {
  const folder = diskOf(DATABASE_URL, SPOOL_FOLDER);
  if (folder === undefined) return;
  metrics.gauge("interview_disk_free_ratio", "Free part of the disk with the records, or the spool.", async () => {
    const { bavail, blocks } = await statfs(resolve(PROXY_DIRECTORY, folder));
    return bavail / blocks;
  });
}

function observeCanary(metrics: Metrics, { CANARY_RECORD }: Config, clock: Clock): void {
  const read = openCanaryOutcome(resolve(PROXY_DIRECTORY, CANARY_RECORD));
  metrics.gauge("interview_canary_ok", "1: the voice service keeps its contract, as the last canary saw.", async () => {
    const outcome = await read();
    return outcome && Number(outcome.holds);
  });
  metrics.gauge("interview_canary_age_seconds", "Time since the last canary.", async () => {
    const outcome = await read();
    return outcome && (clock.now() - outcome.at) / 1000;
  });
}

function toNumber(reach: Reach | undefined): number | undefined {
  return reach === undefined ? undefined : Number(reach === "up");
}
