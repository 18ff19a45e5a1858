import { pause } from "../../pause.ts";
import { eraseOldWords, type RetentionNeeds } from "../persons/retention.ts";
import { endRecord } from "./end-record.ts";
import { drop, type TakeOverNeeds } from "./take-over.ts";

/** How often the records are looked through, in milliseconds. */
const SWEEP_MS = 60_000;

/** More than so many sessions are not ended at once; the others are, a minute later. */
const MAX_OVERDUE = 1000;

/**
 * Looks for records that claim to run and do not, until `signal` is aborted: sessions that nobody has started in time, and
 * whatever an end that failed half-way has left. Then for words that were kept for long enough.
 */
export async function reap(needs: TakeOverNeeds & RetentionNeeds, signal: AbortSignal): Promise<void> {
  const { clock, log } = needs;
  let suspects: ReadonlySet<string> = new Set();
  for (;;) {
    await pause(clock, SWEEP_MS, signal);
    if (signal.aborted) return;
    try {
      for (const record of await needs.records.claimOverdue(clock.now(), MAX_OVERDUE))
        await endRecord(record, "not_started", needs);
      await dropStrays(needs);
      suspects = await sweep(suspects, needs);
      await eraseOldWords(needs, signal);
    } catch (error) {
      log.error({ err: error }, "the records could not be looked through");
    }
  }
}

/** Ends the calls of sessions that had ended before their owner died. */
export async function dropStrays(needs: TakeOverNeeds): Promise<void> {
  for (const call of await needs.records.strayCalls()) if (!needs.ledger.isBusyWith(call.id)) await drop(call, needs);
}

/**
 * Ends those of the suspects that still look as if nobody ran them; returns who looks so now. What looks so once may be
 * between two steps.
 */
async function sweep(suspects: ReadonlySet<string>, needs: TakeOverNeeds): Promise<ReadonlySet<string>> {
  const { records, live, ledger } = needs;
  const found = new Set<string>();
  const runsUnowned = (id: string): boolean => suspects.has(id) || !found.add(id);
  for (const record of await records.runningSessions()) {
    if (live.byId(record.id) === undefined && runsUnowned(record.id)) await endRecord(record, "shutdown", needs);
  }
  const owned = new Set(live.all().map(({ call }) => call?.recordId));
  for (const call of await records.unfinishedCalls()) {
    if (owned.has(call.id) || ledger.isBusyWith(call.id)) continue;
    if (runsUnowned(call.id)) await drop(call, needs);
  }
  return found;
}
