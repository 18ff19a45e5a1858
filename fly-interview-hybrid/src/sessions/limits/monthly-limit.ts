import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { startOfMonth, type TenantMonth } from "../../ops/tenant-use.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import type { Tenant } from "../../tenants/tenant.ts";

interface MonthNeeds {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly records: ScopedRecords;
}

/**
 * Throws QUOTA_EXCEEDED where a tenant's calls have used up what it has for this month (UTC). What runs goes on, under the
 * budgets of its own: an interview is not broken off because others were held.
 */
export async function refuseWhenMonthIsUsedUp(tenant: Tenant, needs: MonthNeeds): Promise<void> {
  const { uses = [] } = (await lookUpMonth(tenant, needs)) ?? {};
  for (const { kind, used, limit } of uses) {
    if (used >= limit)
      throw new ProxyError("QUOTA_EXCEEDED", { cause: new Error(`The ${kind} of the tenant's month are used up.`) });
  }
}

/** What a tenant has used of this month; `undefined` where nothing is limited. Noted for whoever watches. */
export async function lookUpMonth(
  { id, monthly }: Tenant,
  { clock, metrics, records }: MonthNeeds,
): Promise<TenantMonth | undefined> {
  if (monthly === undefined) {
    metrics.tenantUse.forget(id);
    return undefined;
  }
  const now = clock.now();
  const month = startOfMonth(now);
  const spent = await records.of(id).spentSince(month, now);
  const uses = KINDS.flatMap((kind) => {
    const limit = monthly[kind];
    return limit === undefined ? [] : [{ kind, used: spent[kind], limit }];
  });
  const use = { tenant: id, month, at: now, uses };
  metrics.tenantUse.note(use);
  return use;
}

const KINDS = ["seconds", "tokens", "money"] as const;
