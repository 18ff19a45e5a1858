import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../ops/log.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { Records } from "../../records/records.ts";
import type { ActiveCall, CallLoss, Session } from "../session.ts";
import type { CallLedger } from "./call-ledger.ts";
import { dropCall } from "./drop-call.ts";

/** So many calls in a row that come to nothing: a provider that ends each of them at once must not be asked for ever. */
const MAX_FRUITLESS_CALLS = 3;

export interface InterruptionNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly records: Records;
  readonly ledger: CallLedger;
  readonly end: (session: Session, reason: EndReason) => void;
}

/** The call of a session is gone: the session waits for another one. `isFruitless`: nobody had said anything in it. */
export function loseCall(
  session: Session,
  { reason, isFruitless }: { readonly reason: CallLoss; readonly isFruitless: boolean },
  needs: InterruptionNeeds,
): void {
  void dropCall(session, needs.ledger);
  // Whoever was to say goodbye can say it no more; with its call the session ends.
  if (session.isClosing) return;
  if (isFruitless && ++session.fruitlessCalls >= MAX_FRUITLESS_CALLS) return needs.end(session, reason);
  interrupt(session, reason, needs);
}

/** A session has no call any more, and waits for another one. */
export function interrupt(session: Session, reason: CallLoss, needs: InterruptionNeeds, at = needs.clock.now()): void {
  needs.log.info({ session: session.id, reason }, "session interrupted");
  needs.metrics.interruptions.inc({ reason });
  session.interrupt(reason, at);
  keepTime(session, needs);
}

/** A call carries a session from now on. */
export function goOnWith(session: Session, call: ActiveCall, needs: InterruptionNeeds, at = needs.clock.now()): void {
  const wasInterrupted = session.time.interruptedAt !== null;
  session.goOnWith(call, at);
  if (!wasInterrupted) return;
  needs.log.info({ session: session.id, call: call.recordId }, "session goes on");
  needs.metrics.resumes.inc({ outcome: "resumed" });
  keepTime(session, needs);
}

/** For a process that takes over. */
function keepTime({ id, time }: Session, { records, log }: InterruptionNeeds): void {
  const { interruptedAt } = time;
  const change = interruptedAt === null ? { interruptedAt, deadline: time.deadline } : { interruptedAt };
  records
    .updateSession(id, change)
    .catch((error: unknown) => log.error({ err: error, session: id }, "the time of a session could not be kept"));
}
