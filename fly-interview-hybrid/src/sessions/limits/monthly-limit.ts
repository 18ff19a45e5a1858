import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { startOfMonth } from "../../ops/tenant-use.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import type { Tenant } from "../../tenants/tenant.ts";

/**
 * Throws QUOTA_EXCEEDED where a tenant's calls have used up what it has for this month (UTC). What runs goes on, under the
 * budgets of its own: an interview is not broken off because others were held.
 */
export async function refuseWhenMonthIsUsedUp(
  { id, monthly }: Tenant,
  { clock, metrics, records }: { readonly clock: Clock; readonly metrics: Metrics; readonly records: ScopedRecords },
): Promise<void> {
  if (monthly === undefined) return metrics.tenantUse.forget(id);
  const now = clock.now();
  const month = startOfMonth(now);
  const spent = await records.of(id).spentSince(month, now);
  const uses = KINDS.flatMap((kind) => {
    const limit = monthly[kind];
    return limit === undefined ? [] : [{ kind, used: spent[kind], limit }];
  });
  metrics.tenantUse.note({ tenant: id, month, at: now, uses });
  for (const { kind, used, limit } of uses) {
    if (used >= limit)
      throw new ProxyError("QUOTA_EXCEEDED", { cause: new Error(`The ${kind} of the tenant's month are used up.`) });
  }
}

const KINDS = ["seconds", "tokens", "money"] as const;
