import { randomUUID } from "node:crypto";
import type { EndReason, TurnRole } from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import type { Logger } from "../../ops/log.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { LeaseLost } from "../../records/machines.ts";
import type { Records } from "../../records/records.ts";
import type { GuardRules } from "../../supervision/guard.ts";
import { type CallListener, superviseCall } from "../../supervision/supervise-call.ts";
import type { Transcripts } from "../../transcripts/transcripts.ts";
import type { TenantOf } from "../../tenants/tenant.ts";
import type { ToolCall } from "../../upstreams/call-event.ts";
import type { CallHistory } from "./call-history.ts";
import type { CallLedger } from "./call-ledger.ts";
import { loseCall } from "./interruption.ts";
import { closePolitely } from "../limits/closing.ts";
import { readToolCall, toNote } from "./interview-tools.ts";
import { JoinedWords } from "./joined-words.ts";
import { planOf } from "../opening/personas.ts";
import type { ActiveCall, Session } from "../session.ts";
import { watchCallLimit } from "./rollover.ts";
import { watchSeconds } from "../limits/time-budget.ts";
import { toTurnMessage } from "../turn-message.ts";
import { UsageAccount } from "../limits/usage-account.ts";

export interface WatchCallNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly records: Records;
  readonly transcripts: Transcripts;
  readonly ledger: CallLedger;
  readonly tenantOf: TenantOf;
  readonly end: (session: Session, reason: EndReason) => void;
}

/**
 * Watches the call of a session over its sideband until one of the two ends: keeps what is said and used, runs the
 * interviewer's tools, interrupts the session when its call is gone, and ends it when its budget is used up. Never rejects.
 */
export async function watchCall(
  session: Session,
  call: ActiveCall,
  history: CallHistory,
  needs: WatchCallNeeds,
): Promise<void> {
  const tenant = needs.tenantOf(session.principal.tenant);
  const { config } = tenant;
  // It was ended since it was made: what waits for its end below would wait for ever.
  if (call.supervision.signal.aborted) return;
  const { recordId, upstreamCallId, upstream } = call;
  needs.log.info({ session: session.id, call: recordId, upstreamCallId, upstream: upstream.name }, "call is watched");
  watchSeconds(session, call, history.otherCalls, needs);
  const moveLimit = watchCallLimit(session, call, needs);
  const { metrics } = needs;
  const account = new UsageAccount(history.usedByOthers, history.used, config, (counts) => metrics.used(counts));
  const supervision = superviseCall(
    {
      ...call,
      plan: planOf(session, tenant),
      earlier: history.earlier,
      conversation: history.conversation,
      guard: canBeChanged(call, config) ? guardOf(session, call, history.violations, needs) : undefined,
      listener: createListener(
        session,
        call,
        { account, wasHeard: history.earlier?.lastSpeaker != null, moveLimit },
        needs,
      ),
      signal: call.supervision.signal,
    },
    needs,
  );
  // Another process may have died over the goodbye.
  if (account.exceeds(session.brief.budget)) needs.end(session, "budget_exceeded");
  await supervision;
}

/** True where a page can change the interviewer. */
function canBeChanged({ upstream }: ActiveCall, { DATA_CHANNEL }: Config): boolean {
  return DATA_CHANNEL === "open" && upstream.channelIsUnrestricted;
}

/** What a page did is recorded, and logged without its content. */
function guardOf(
  session: Session,
  { recordId: callId }: ActiveCall,
  alreadyCounted: number,
  needs: WatchCallNeeds,
): GuardRules {
  const { config, clock, log, metrics, records } = needs;
  const keep = keeperOf(callId, log);
  return {
    endsAfter: config.POLICY_VIOLATIONS,
    alreadyCounted,
    onViolation({ kind, counted }) {
      metrics.guardViolations.inc({ kind, counted: counted ? "true" : "false" });
      log.warn({ session: session.id, kind, counted }, "page changed what is not its own");
      const mark = {
        id: `mark_${randomUUID()}`,
        sessionId: session.id,
        callId,
        at: clock.now(),
        kind,
        counted,
        text: null,
      };
      keep(records.insertMark(mark));
    },
  };
}

/** What happens in a call does not wait for the records. */
function keeperOf(callId: string, log: Logger): (work: Promise<void>) => void {
  return (work) => {
    work.catch((error: unknown) => {
      // Whoever owns the session keeps it.
      if (error instanceof LeaseLost) return;
      log.error({ err: error, call: callId }, "what happened in a call could not be kept");
    });
  };
}

interface Watched {
  readonly account: UsageAccount;
  /** Somebody had said something in the call before it was watched from here. */
  readonly wasHeard: boolean;
  readonly moveLimit: (at: number) => void;
}

function createListener(
  session: Session,
  { recordId: callId, supervision }: ActiveCall,
  { account, wasHeard, moveLimit }: Watched,
  needs: WatchCallNeeds,
): CallListener {
  const { clock, log, metrics, records, transcripts } = needs;
  // Words on their way are kept nowhere.
  const words = new JoinedWords(callId, clock, (turnId, role, text) =>
    session.mention({ type: "transcript_delta", turnId, role, text }),
  );
  supervision.signal.addEventListener("abort", () => words.flush(), { once: true });
  let isFruitless = !wasHeard;
  const keep = keeperOf(callId, log);
  const noteUse = (): void => {
    keep(records.putUsage(callId, account.own));
    if (account.exceeds(session.brief.budget)) void closePolitely(session, "budget_exceeded", needs);
  };
  const runTool = (toolCall: ToolCall): string | undefined => {
    const request = readToolCall(toolCall);
    if (request === "unknown") return "This tool does not exist, or its arguments are wrong.";
    if (request.tool === "end_interview") {
      void closePolitely(session, "completed", needs);
      return undefined;
    }
    keep(records.insertMark(toNote({ sessionId: session.id, callId, at: clock.now() }, toolCall, request.text)));
    return "Noted.";
  };
  return {
    // A turn is told when it is written or queued, and not before: what a page has shown will be in the transcript.
    turn({ speaker, ...turn }) {
      words.flush();
      isFruitless = false;
      session.fruitlessCalls = 0;
      const role: TurnRole = speaker ?? "unknown";
      transcripts.write(session, { ...turn, callId, role }, (told) => {
        metrics.turns.inc({ role, status: turn.status });
        session.announceTurn(toTurnMessage(told));
      });
    },
    delta: (itemId, role, text) => words.add(itemId, role, text),
    speaking: (role, active) => session.mention({ type: "speaking", role, active }),
    speech: (role, active) => session.noteSpeech(role, active),
    placed: (itemId, previousId) => keep(records.insertCallItem({ callId, itemId, previousId })),
    used(usage) {
      account.add(usage);
      noteUse();
    },
    lasted(seconds) {
      account.noteLength(seconds);
      noteUse();
    },
    expires: moveLimit,
    absent() {
      metrics.sidebandGaps.inc();
      account.noteAbsence();
      keep(records.putUsage(callId, account.own));
    },
    runTool,
    greeting: () => keep(records.updateCall(callId, { greetedAt: clock.now() })),
    resumed: (isWhole) => session.announceResumed(isWhole ? "whole" : "partial"),
    lost: (reason) => loseCall(session, { reason, isFruitless }, needs),
    ended: (reason) => needs.end(session, reason),
  };
}
