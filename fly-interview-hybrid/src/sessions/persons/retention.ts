import type { Clock } from "../../clock.ts";
import type { Logger } from "../../ops/log.ts";
import type { ErasureRecords } from "../../records/erasure.ts";
import type { Tenant } from "../../tenants/tenant.ts";

/** So many sessions are erased at once: they are held meanwhile. */
const BATCH = 50;
/** So many batches of one tenant at a time; the rest is erased a minute later. */
const MAX_BATCHES = 20;

const DAY_MS = 86_400_000;

export interface RetentionNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Pick<ErasureRecords, "eraseOlder">;
  /** Disabled ones too. */
  readonly allTenants: () => readonly Tenant[];
}

/** Erases words that have been kept for long enough, a bounded number of them, until `signal` is aborted. */
export async function eraseOldWords(needs: RetentionNeeds, signal: AbortSignal): Promise<void> {
  for (const { id, config } of needs.allTenants()) {
    const { RETENTION_DAYS: days } = config;
    if (days !== undefined) await eraseOldWordsOf(id, days, needs, signal);
  }
}

async function eraseOldWordsOf(
  tenant: string,
  days: number,
  { clock, log, records }: RetentionNeeds,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now();
  for (let batch = 0; batch < MAX_BATCHES && !signal.aborted; batch++) {
    const erased = await records.eraseOlder(tenant, now - days * DAY_MS, now, BATCH);
    if (erased.sessions === 0 && erased.invitations === 0) return;
    log.info({ tenant, ...erased }, "words erased that were kept for long enough");
    if (erased.sessions < BATCH && erased.invitations < BATCH) return;
  }
}
