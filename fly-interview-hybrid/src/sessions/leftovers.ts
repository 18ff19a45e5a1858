import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import type { Records } from "../records/records.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import type { CallLedger } from "./call-ledger.ts";

export interface LeftoverNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Records;
  readonly ledger: CallLedger;
  readonly upstreamFor: (tenant: string) => Upstream;
}

/**
 * Ends the sessions of an earlier process that was killed, and hangs up their calls: they run on unowned otherwise.
 * A call that was being made when the process died cannot be found again and is noted as a possible orphan.
 */
export async function endLeftovers({ clock, log, records, ledger, upstreamFor }: LeftoverNeeds): Promise<void> {
  for (const session of await records.unfinishedSessions()) {
    for (const call of await records.callsOf(session.id)) {
      if (call.state === "live" && call.upstreamCallId !== null) {
        void ledger.finish(call.id, upstreamFor(call.tenant), call.upstreamCallId);
      } else if (call.state === "connecting") {
        await records.updateCall(call.id, { state: "possible_orphan", endedAt: clock.now() });
      }
    }
    await records.updateSession(session.id, { endReason: "shutdown", endedAt: clock.now() });
    log.warn({ session: session.id }, "session of an earlier process ended");
  }
}
