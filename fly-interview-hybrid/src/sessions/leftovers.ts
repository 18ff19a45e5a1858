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
  readonly upstreamNamed: (name: string) => Upstream | undefined;
}

/**
 * Hangs up the calls that an earlier process has left, for they run on unowned otherwise, and ends its sessions. Calls
 * come first and by themselves: a process may have died between the end of a session and the hang-up of its call.
 */
export async function endLeftovers(needs: LeftoverNeeds): Promise<void> {
  const { clock, log, records, ledger, transcripts, upstreamNamed } = needs;
  for (const call of await records.unfinishedCalls()) {
    const upstream = upstreamNamed(call.upstream);
    // A create that was under way cannot be found again, nor a call of a provider that the settings name no more.
    if (call.upstreamCallId === null || upstream === undefined) await ledger.lose(call.id);
    else
      void ledger.finish({
        recordId: call.id,
        upstream,
        upstreamCallId: call.upstreamCallId,
        createdAt: call.createdAt,
      });
  }
  for (const session of await records.unfinishedSessions()) {
    const interrupted = (await records.callsOf(session.id))
      .filter(({ upstreamCallId }) => upstreamCallId !== null)
      .at(-1);
    if (interrupted !== undefined) transcripts.write(session, restartGap(interrupted.id, clock.now()), () => undefined);
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
