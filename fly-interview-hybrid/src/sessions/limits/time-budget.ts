import { actAfter } from "../../pause.ts";
import type { CallRecord } from "../../records/records.ts";
import { type ClosingNeeds, closingMs, sayGoodbye } from "./closing.ts";
import type { ActiveCall, Session } from "../session.ts";

/** Ends a session when its calls together have lasted as long as its budget allows, with time for a goodbye before. */
export function watchSeconds(
  session: Session,
  call: ActiveCall,
  earlierCalls: readonly CallRecord[],
  needs: ClosingNeeds,
): void {
  const { seconds } = session.brief.budget;
  if (seconds === undefined) return;
  const endsAt = call.createdAt + seconds * 1000 - lengthOf(earlierCalls, call.createdAt);
  const after = (ms: number, act: () => void): void =>
    void actAfter(needs.clock, Math.max(0, ms), call.supervision.signal, act);
  const left = endsAt - needs.clock.now();
  after(left - closingMs(session, needs.config), () => sayGoodbye(session, "budget_exceeded", needs));
  after(left, () => needs.end(session, "budget_exceeded"));
}

/** In milliseconds. The call before the next one may not be noted as ended yet. */
function lengthOf(calls: readonly CallRecord[], until: number): number {
  const made = calls.filter(({ upstreamCallId }) => upstreamCallId !== null);
  return made.reduce((sum, { createdAt, endedAt }) => sum + ((endedAt ?? until) - createdAt), 0);
}
