import type { Config } from "../../config/config.ts";
import type { CallRecord, Records } from "../../records/records.ts";
import { NO_USAGE, subtractUsage, type Usage } from "../../records/usage.ts";
import type { TurnRecord } from "../../records/turns.ts";
import type { EarlierCall } from "../../supervision/turn-assembly.ts";
import { turnIdOf } from "../../transcripts/transcripts.ts";
import type { Conversation, Upstream } from "../../upstreams/upstream.ts";
import type { KnownCall } from "./call-ledger.ts";
import { conversationSoFar } from "./conversation-so-far.ts";

/** What was before somebody begins to watch a call. */
export interface CallHistory {
  /** The other calls of its session, oldest first, and what they have used up. */
  readonly otherCalls: readonly CallRecord[];
  readonly usedByOthers: Usage;
  /** What this call has used up, as far as another process has counted it. */
  readonly used: Usage;
  /** How often a page has tried to change the interviewer in this session, as far as that counts; 0 where no page can. */
  readonly violations: number;
  /** What another process has heard of this call. */
  readonly earlier: EarlierCall | undefined;
  /** What was said in the session before this call. */
  readonly conversation: Conversation | undefined;
}

interface HistoryNeeds {
  readonly config: Config;
  readonly records: Records;
}

/** What was said in a session when a call was about to be made there; `toldUntil`: the number of the last turn of it. */
export interface SaidSoFar {
  readonly conversation: Conversation | undefined;
  readonly toldUntil: number;
}

/** Of the first call of a session. */
export const NOTHING_SAID: SaidSoFar = { conversation: undefined, toldUntil: 0 };
export const NO_HISTORY: CallHistory = {
  otherCalls: [],
  usedByOthers: NO_USAGE,
  used: NO_USAGE,
  violations: 0,
  earlier: undefined,
  conversation: undefined,
};

/** What the create of the next call can tell. */
export async function saidSoFar(sessionId: string, upstream: Upstream, records: Records): Promise<SaidSoFar> {
  const turns = await records.turnsOf(sessionId);
  const toldUntil = turns.at(-1)?.n ?? 0;
  return { toldUntil, conversation: conversationSoFar(turns, { bounds: upstream.historyBounds, toldUntil }) };
}

/** The history of a call that was just made. `isSeamless`: the candidate is not to notice that it is another one. */
export async function historyOfNewCall(
  sessionId: string,
  { recordId, upstream }: KnownCall,
  { isSeamless, toldUntil }: { readonly isSeamless: boolean; readonly toldUntil: number },
  needs: HistoryNeeds,
): Promise<CallHistory> {
  const { records } = needs;
  const [calls, usedByOthers, violations, turns] = await Promise.all([
    records.callsOf(sessionId),
    records.usageOfSession(sessionId),
    countViolations(sessionId, needs),
    records.turnsOf(sessionId),
  ]);
  const otherCalls = calls.filter(({ id }) => id !== recordId);
  const conversation = conversationSoFar(turns, { bounds: upstream.historyBounds, toldUntil, isSeamless });
  return { otherCalls, usedByOthers, used: NO_USAGE, violations, earlier: undefined, conversation };
}

/**
 * The history of a call that another process has watched; `calls` and `turns`: those of its session. `heardUntil`: until
 * then it certainly has, where that is known, and from then on this one has as well.
 */
export async function historyOfEarlierCall(
  call: KnownCall,
  sessionId: string,
  session: {
    readonly calls: readonly CallRecord[];
    readonly turns: readonly TurnRecord[];
    readonly heardUntil: number | undefined;
  },
  needs: HistoryNeeds,
): Promise<CallHistory> {
  const { records } = needs;
  const { calls, turns } = session;
  const isGreeted = calls.some(({ id, greetedAt }) => id === call.recordId && greetedAt !== null);
  const otherCalls = calls.filter(({ id }) => id !== call.recordId);
  const [ofSession, violations, earlier] = await Promise.all([
    records.usageOfSession(sessionId),
    countViolations(sessionId, needs),
    earlierCallOf(call, isGreeted, turns, records),
  ]);
  // Hundreds of sessions are taken over at once, nearly all of them in their first call.
  const used = otherCalls.length === 0 ? ofSession : await records.usageOfCall(call.recordId);
  return {
    otherCalls,
    usedByOthers: subtractUsage(ofSession, used),
    used,
    violations,
    earlier: {
      ...earlier,
      heardUntil: session.heardUntil ?? earlier.heardUntil,
      heardAgainAt: session.heardUntil,
    },
    conversation: conversationSoFar(
      turns.filter(({ callId }) => callId !== call.recordId),
      // What had become known by then is not known here. The create told of nearly all of it.
      { bounds: call.upstream.historyBounds, toldUntil: Infinity },
    ),
  };
}

async function countViolations(sessionId: string, { config, records }: HistoryNeeds): Promise<number> {
  if (config.DATA_CHANNEL === "sealed") return 0;
  const marks = await records.marksOf(sessionId);
  return marks.filter(({ counted }) => counted === true).length;
}

async function earlierCallOf(
  call: KnownCall,
  isGreeted: boolean,
  turns: readonly TurnRecord[],
  records: Records,
): Promise<EarlierCall> {
  const ofCall = turns.filter(({ callId }) => callId === call.recordId);
  const told = new Set(ofCall.map(({ id }) => id));
  const items = await records.callItems(call.recordId);
  const last = ofCall.at(-1);
  return {
    items: items.map((item) => ({ ...item, isTold: told.has(turnIdOf(call.recordId, item.itemId)) })),
    isGreeted,
    lastSpeaker: last === undefined || last.role === "unknown" ? null : last.role,
    heardUntil: heardUntil(ofCall) ?? call.createdAt,
  };
}

/**
 * Until when a process has certainly listened that has told these turns of a call: until the last one began, for what was
 * said since it may have missed, and not have said so yet.
 */
export function heardUntil(turns: readonly Pick<TurnRecord, "startedAt" | "endedAt">[]): number | null {
  return turns.at(-1)?.startedAt ?? turns.at(-2)?.endedAt ?? null;
}
