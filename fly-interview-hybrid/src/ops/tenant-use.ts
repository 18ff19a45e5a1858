/** What a month allows a tenant's calls, and what they have used of it. */
export interface MonthlyUse {
  readonly kind: "seconds" | "tokens" | "money";
  readonly used: number;
  readonly limit: number;
}

/** What was last known of one tenant. */
export interface TenantMonth {
  readonly tenant: string;
  /** Begin of the month (UTC), in milliseconds since the epoch. */
  readonly month: number;
  /** When it was looked up, in milliseconds since the epoch. */
  readonly at: number;
  readonly uses: readonly MonthlyUse[];
}

/**
 * What tenants with monthly limits have used, as it was looked up last: for a session that they began, or while their
 * operators watch. Nothing is asked of the records for the sake of whoever reads it here.
 */
export class TenantUse {
  readonly #months = new Map<string, TenantMonth>();

  /** Notes what was looked up. Months that are over are forgotten. */
  note(use: TenantMonth): void {
    for (const [tenant, { month }] of this.#months) if (month < use.month) this.#months.delete(tenant);
    this.#months.set(use.tenant, use);
  }

  /** A tenant has no limits any more. */
  forget(tenant: string): void {
    this.#months.delete(tenant);
  }

  /** Of this month; `month` is its begin. */
  read(month: number): readonly TenantMonth[] {
    return [...this.#months.values()].filter((use) => use.month === month);
  }
}

/** The part of its month that a tenant has used, of what it has used most of; 1: all. */
export function ratioOf({ uses }: TenantMonth): number {
  return Math.max(0, ...uses.map(({ used, limit }) => used / limit));
}

/** Begin of the month (UTC) that a time is in. Both are milliseconds since the epoch. */
export function startOfMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
