import type { OperatorEventOf, Trouble } from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { Snapshot } from "../../ops/snapshot.ts";
import { ratioOf, startOfMonth, type TenantMonth } from "../../ops/tenant-use.ts";
import type { KnownTrouble, Troubles } from "../../ops/troubles.ts";
import { within } from "../../pause.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import type { Tenant, TenantOf } from "../../tenants/tenant.ts";
import { lookUpMonth } from "../limits/monthly-limit.ts";

type Overview = OperatorEventOf<"overview">;

/** A month is added up anew after this, in milliseconds: its calls may be many. */
const MONTH_FRESH_MS = 60_000;

/** An overview waits no longer for the records, in milliseconds. */
const RECORDS_PATIENCE_MS = 1000;

/** From here on a month is nearly used up; the alert has the same. */
const NEAR_BUDGET = 0.9;

export interface OverviewNeeds {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly records: ScopedRecords;
  readonly tenantOf: TenantOf;
  readonly troubles: Troubles;
  readonly snapshot: () => Promise<Snapshot>;
}

/** Returns what tells how this process stands, as one tenant may see it: nothing of another's. */
export function createOverview(needs: OverviewNeeds): (tenant: string, running: number) => Promise<Overview> {
  const { clock, tenantOf, troubles, snapshot } = needs;
  const startedAt = toIsoTime(clock.now());
  return async (id, running) => {
    const tenant = tenantOf(id);
    const [{ connects, upstreams }, found, month] = await Promise.all([
      snapshot(),
      troubles.look(),
      monthOf(tenant, needs),
    ]);
    const now = clock.now();
    return {
      type: "overview",
      at: toIsoTime(now),
      startedAt,
      connects: {
        outcomes: { ...connects.outcomes },
        errors: { ...connects.errors },
        seconds: toDistribution(connects.seconds),
        stages: Object.fromEntries(
          Object.entries(connects.stages).map(([stage, seconds]) => [stage, toDistribution(seconds)]),
        ),
      },
      upstreams: upstreams.map(({ clockSkewSeconds = null, requests, ...reach }) => ({
        ...reach,
        clockSkewSeconds,
        requests: Object.fromEntries(Object.entries(requests).map(([operation, codes]) => [operation, { ...codes }])),
      })),
      tenant: {
        running: { used: running, limit: tenant.config.MAX_SESSIONS },
        month: month === undefined ? null : toMonth(month),
      },
      troubles: [...found.map(toTrouble), ...troublesOf(month)],
    };
  };
}

/** As it was known last, where it is not long ago or the records do not say. */
async function monthOf(tenant: Tenant, needs: OverviewNeeds): Promise<TenantMonth | undefined> {
  const { clock, metrics } = needs;
  const now = clock.now();
  const known = metrics.tenantUse.read(startOfMonth(now)).find((use) => use.tenant === tenant.id);
  if (tenant.monthly === undefined || (known !== undefined && now - known.at < MONTH_FRESH_MS)) return known;
  const read = lookUpMonth(tenant, needs).catch(() => undefined);
  return (await within(read, RECORDS_PATIENCE_MS, { clock, signal: new AbortController().signal })) ?? known;
}

function toMonth({ month, at, uses }: TenantMonth): Overview["tenant"]["month"] {
  return { month: toIsoTime(month), at: toIsoTime(at), uses: uses.map((use) => ({ ...use })) };
}

function toTrouble({ alert, since, upstream }: KnownTrouble): Trouble {
  return { alert, since: toIsoTime(since), ...(upstream !== undefined && { upstream }) };
}

function troublesOf(month: TenantMonth | undefined): readonly Trouble[] {
  if (month === undefined || ratioOf(month) <= NEAR_BUDGET) return [];
  return [{ alert: "TenantNearBudget", since: toIsoTime(month.at) }];
}

function toDistribution({ count, sum, buckets }: Snapshot["connects"]["seconds"]): Overview["connects"]["seconds"] {
  return { count, sum, buckets: buckets.map((bucket) => ({ ...bucket })) };
}
