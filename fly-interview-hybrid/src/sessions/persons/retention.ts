import { DEFAULT_TENANT, SIMULATION_TENANT } from "../../auth/principal.ts";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import type { Logger } from "../../ops/log.ts";
import type { Records } from "../../records/records.ts";

/** So many sessions are erased at once: they are held meanwhile. */
const BATCH = 50;
/** So many batches of one tenant at a time; the rest is erased a minute later. */
const MAX_BATCHES = 20;

const DAY_MS = 86_400_000;

/** How long a tenant keeps words. */
interface Retention {
  readonly tenant: string;
  readonly days: number;
}

export interface RetentionNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Records;
}

/** The tenants that do not keep words for ever. The environment's setting is for all that it describes. */
function retentionsOf({ RETENTION_DAYS: days }: Config): readonly Retention[] {
  return days === undefined ? [] : [DEFAULT_TENANT, SIMULATION_TENANT].map((tenant) => ({ tenant, days }));
}

/** Erases words that have been kept for long enough, a bounded number of them, until `signal` is aborted. */
export async function eraseOldWords(needs: RetentionNeeds, signal: AbortSignal): Promise<void> {
  for (const retention of retentionsOf(needs.config)) await eraseOldWordsOf(retention, needs, signal);
}

async function eraseOldWordsOf(
  { tenant, days }: Retention,
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
