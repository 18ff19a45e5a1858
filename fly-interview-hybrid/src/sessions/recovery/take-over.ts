import type { CallRecord, RunningRecord } from "../../records/records.ts";
import type { TurnRecord } from "../../records/turns.ts";
import type { Speaker } from "../../upstreams/call-event.ts";
import type { Upstream } from "../../upstreams/upstream.ts";
import { historyOfEarlierCall } from "../calls/call-history.ts";
import type { KnownCall } from "../calls/call-ledger.ts";
import type { LiveSessions } from "../live-sessions.ts";
import type { Overheard } from "./overhear.ts";
import { Session } from "../session.ts";
import { toPrincipal } from "../session-record.ts";
import { toActiveCall } from "../calls/start-call.ts";
import { goOnWith, interrupt } from "../calls/interruption.ts";
import { patienceOf } from "../limits/patience.ts";
import { watchTime } from "../limits/time-limit.ts";
import { toTurnMessage } from "../turn-message.ts";
import { watchCall, type WatchCallNeeds } from "../calls/watch-call.ts";

export interface TakeOverNeeds extends WatchCallNeeds {
  readonly live: LiveSessions;
  readonly upstreamNamed: (name: string, tenant: string) => Upstream | undefined;
}

/** Ends a call that nobody owns. One that was being made cannot be found, nor one of a provider that the settings name no more. */
export async function drop(
  call: CallRecord,
  { ledger, metrics, upstreamNamed }: Pick<TakeOverNeeds, "ledger" | "metrics" | "upstreamNamed">,
): Promise<void> {
  const known = toKnownCall(call, upstreamNamed);
  if (known === undefined) return ledger.lose(call.id);
  metrics.orphanHangUps.inc();
  void ledger.finish(known);
}

/**
 * Goes on with a session that this process has claimed: attaches to its call again, and hangs up every other one, for it
 * runs on unowned otherwise. A session whose time is over ends, and one whose call is gone is interrupted, as soon as that
 * shows. `overheard`: its last call, where that is listened to already.
 */
export async function takeOver(record: RunningRecord, needs: TakeOverNeeds, overheard?: Overheard): Promise<void> {
  const { records, live, log, metrics } = needs;
  const [turns, calls] = await Promise.all([records.turnsOf(record.id), records.callsOf(record.id)]);
  const unfinished = calls.filter(({ endedAt }) => endedAt === null);
  const known = lastKnown(unfinished, needs);
  const { config } = needs.tenantOf(record.tenant);
  const heard = { calls, turns, heardUntil: overheard?.since };
  const history = known && (await historyOfEarlierCall(known, record.id, heard, { ...needs, config }));
  for (const call of unfinished) if (call.id !== known?.recordId) await drop(call, needs);

  const session = restore(record, needs);
  live.add(session);
  for (const turn of turns) session.announceTurn(toTurnMessage(turn));
  watchTime(session, needs);
  metrics.takeOvers.inc();
  log.info({ session: record.id, withCall: known !== undefined }, "session of another process taken over");
  if (known === undefined || history === undefined) {
    const lostAt = record.interruptedAt ?? calls.findLast(({ upstreamCallId }) => upstreamCallId !== null)?.endedAt;
    if (lostAt !== undefined && lostAt !== null) interrupt(session, "upstream_ended", needs, lostAt);
    return;
  }
  overheard?.skipRestOf(speakersAcross(turns, known.recordId, overheard.since));
  const call = toActiveCall(overheard === undefined ? known : { ...known, upstream: overheard.upstream });
  session.beginCall();
  goOnWith(session, call, needs, known.createdAt);
  void watchCall(session, call, history, needs);
}

/** Whose turn in a call was going on at a time. */
function speakersAcross(turns: readonly TurnRecord[], callId: string, at: number): ReadonlySet<Speaker> {
  const across = turns.filter(
    (turn) => turn.callId === callId && (turn.startedAt ?? at) < at && (turn.endedAt ?? 0) >= at,
  );
  return new Set(across.flatMap(({ role }) => (role === "unknown" ? [] : [role])));
}

/** The last of a session's calls that can be attached to. */
export function lastKnown(
  calls: readonly CallRecord[],
  { upstreamNamed }: Pick<TakeOverNeeds, "upstreamNamed">,
): KnownCall | undefined {
  return calls.flatMap((call) => (call.endedAt === null ? (toKnownCall(call, upstreamNamed) ?? []) : [])).at(-1);
}

function restore(record: RunningRecord, { clock, config, end }: TakeOverNeeds): Session {
  const session: Session = new Session(
    {
      ...record,
      name: record.name ?? undefined,
      principal: toPrincipal(record),
      ...patienceOf(config, record.startedAt, record.brief),
      earlier: record,
    },
    clock,
    (reason) => end(session, reason),
  );
  return session;
}

function toKnownCall(
  { id, tenant, upstream: name, upstreamCallId, createdAt }: CallRecord,
  upstreamNamed: TakeOverNeeds["upstreamNamed"],
): KnownCall | undefined {
  const upstream = upstreamNamed(name, tenant);
  return upstreamCallId === null || upstream === undefined
    ? undefined
    : { recordId: id, tenant, upstream, upstreamCallId, createdAt };
}
