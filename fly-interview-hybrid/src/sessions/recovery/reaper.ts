import { pause } from "../../pause.ts";
import { endRecord } from "./end-record.ts";
import { drop, type TakeOverNeeds } from "./take-over.ts";

/** How often the records are looked through, in milliseconds. */
const SWEEP_MS = 60_000;

/**
 * Looks for records that claim to run and do not, until `signal` is aborted: sessions that nobody has started in time, and
 * whatever an end that failed half-way has left. What looks so once may be between two steps; what looks so twice is
 * ended.
 */
export async function reap(needs: TakeOverNeeds, signal: AbortSignal): Promise<void> {
  const { clock, log } = needs;
  let suspects: ReadonlySet<string> = new Set();
  for (;;) {
    await pause(clock, SWEEP_MS, signal);
    if (signal.aborted) return;
    try {
      suspects = await sweep(suspects, needs);
    } catch (error) {
      log.error({ err: error }, "the records could not be looked through");
    }
  }
}

/** Ends those of the suspects that still look as if nobody ran them; returns who looks so now. */
async function sweep(suspects: ReadonlySet<string>, needs: TakeOverNeeds): Promise<ReadonlySet<string>> {
  const { clock, records, live, ledger } = needs;
  const found = new Set<string>();
  const runsUnowned = (id: string): boolean => suspects.has(id) || !found.add(id);
  for (const { id, startedAt } of [
    ...(await records.overdueSessions(clock.now())),
    ...(await records.runningSessions()),
  ]) {
    if (live.byId(id) !== undefined) continue;
    if (runsUnowned(id)) await endRecord({ id }, startedAt === null ? "not_started" : "shutdown", needs);
  }
  const owned = new Set(live.all().map(({ call }) => call?.recordId));
  for (const call of await records.unfinishedCalls()) {
    if (owned.has(call.id) || ledger.isBusyWith(call.id)) continue;
    if (runsUnowned(call.id)) await drop(call, needs);
  }
  return found;
}
