import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import type { Tenant } from "../../tenants/tenant.ts";

/**
 * Throws QUOTA_EXCEEDED where a tenant's calls have used up what it has for this month (UTC). What runs goes on, under the
 * budgets of its own: an interview is not broken off because others were held.
 */
export async function refuseWhenMonthIsUsedUp(
  { id, monthly }: Tenant,
  { clock, records }: { readonly clock: Clock; readonly records: ScopedRecords },
): Promise<void> {
  if (monthly === undefined) return;
  const now = clock.now();
  const spent = await records.of(id).spentSince(startOfMonth(now), now);
  for (const kind of ["seconds", "tokens", "money"] as const) {
    if (spent[kind] >= (monthly[kind] ?? Infinity))
      throw new ProxyError("QUOTA_EXCEEDED", { cause: new Error(`The ${kind} of the tenant's month are used up.`) });
  }
}

function startOfMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
