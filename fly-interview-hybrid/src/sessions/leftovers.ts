import type { Clock } from "../clock.ts";
import type { Logger } from "../ops/log.ts";
import type { Records } from "../records/records.ts";
import type { NewTurn, Transcripts } from "../transcripts/transcripts.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import type { CallLedger } from "./call-ledger.ts";

export interface LeftoverNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Records;
  readonly ledger: CallLedger;
  readonly transcripts: Transcripts;
  readonly upstreamFor: (tenant: string) => Upstream;
}

/**
 * Ends the sessions of an earlier process that was killed, and hangs up their calls: they run on unowned otherwise.
 * A call that was being made when the process died cannot be found again and is noted as a possible orphan.
 */
export async function endLeftovers({
  clock,
  log,
  records,
  ledger,
  transcripts,
  upstreamFor,
}: LeftoverNeeds): Promise<void> {
  for (const session of await records.unfinishedSessions()) {
    for (const call of await records.callsOf(session.id)) {
      if (call.state === "live" && call.upstreamCallId !== null) {
        void ledger.finish(call.id, upstreamFor(call.tenant), call.upstreamCallId);
        transcripts.write(session, restartGap(call.id, clock.now()), () => undefined);
      } else if (call.state === "connecting") {
        await records.updateCall(call.id, { state: "possible_orphan", endedAt: clock.now() });
      }
    }
    await records.updateSession(session.id, { endReason: "shutdown", endedAt: clock.now() });
    await transcripts.seal(session.id);
    log.warn({ session: session.id }, "session of an earlier process ended");
  }
}

/** Nobody listened from some moment before the process died until now. */
function restartGap(callId: string, now: number): NewTurn {
  return {
    callId,
    itemId: "gap:restart",
    role: "unknown",
    status: "gap",
    text: null,
    heardText: null,
    heardMs: null,
    startedAt: null,
    endedAt: now,
    inferred: true,
  };
}
