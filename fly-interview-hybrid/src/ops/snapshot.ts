import type { HistogramReading, Reading } from "./instruments.ts";
import type { Metrics } from "./metrics.ts";
import { startOfMonth, type TenantMonth } from "./tenant-use.ts";
import type { Reachability, UpstreamContacts } from "./upstream-contacts.ts";

/** A histogram without labels: how many were at most `le` seconds, the smallest bound first. */
type Distribution = Pick<HistogramReading, "count" | "sum" | "buckets">;

/** How this process stands, for a page of its operators: since it was started, and at the moment. JSON. */
export interface Snapshot {
  readonly connects: {
    readonly outcomes: Readonly<Record<string, number>>;
    /** By code of the error table; those that there were. */
    readonly errors: Readonly<Record<string, number>>;
    readonly seconds: Distribution;
    readonly stages: Readonly<Record<string, Distribution>>;
  };
  readonly upstreams: readonly UpstreamHealth[];
  /** Of tenants with monthly limits that have begun a session in this month. It names them: it is not for everybody. */
  readonly tenants: readonly TenantMonth[];
}

export interface UpstreamHealth extends Reachability {
  /** What came of requests, by operation and code; those that there were. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Reads a {@link Snapshot}. `now`: milliseconds since the epoch. */
export async function takeSnapshot(metrics: Metrics, contacts: UpstreamContacts, now: number): Promise<Snapshot> {
  const [outcomes, errors, seconds, stages, requests] = await Promise.all([
    metrics.connects.read(),
    metrics.connectFailures.read(),
    metrics.connectSeconds.read(),
    metrics.connectStageSeconds.read(),
    metrics.upstreamRequests.read(),
  ]);
  return {
    connects: {
      outcomes: byLabel(outcomes, "outcome"),
      errors: byLabel(errors.filter(hasHappened), "code"),
      seconds: toDistribution(seconds[0]),
      stages: Object.fromEntries(stages.map((reading) => [reading.labels.stage, toDistribution(reading)])),
    },
    upstreams: contacts.read().map((reach) => ({
      ...reach,
      requests: byOperation(requests.filter((each) => hasHappened(each) && each.labels.upstream === reach.upstream)),
    })),
    tenants: metrics.tenantUse.read(startOfMonth(now)),
  };
}

function hasHappened({ value }: Pick<Reading, "value">): boolean {
  return value > 0;
}

function byLabel(
  readings: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[],
  label: string,
): Record<string, number> {
  return Object.fromEntries(readings.map(({ labels, value }) => [labels[label] ?? "", value]));
}

function byOperation(
  readings: readonly {
    readonly labels: { readonly operation: string; readonly code: string };
    readonly value: number;
  }[],
): Record<string, Record<string, number>> {
  const operations: Record<string, Record<string, number>> = {};
  for (const { labels, value } of readings) (operations[labels.operation] ??= {})[labels.code] = value;
  return operations;
}

function toDistribution(reading: Distribution | undefined): Distribution {
  const { count = 0, sum = 0, buckets = [] } = reading ?? {};
  return { count, sum, buckets };
}
