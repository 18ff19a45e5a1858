import { personKey } from "../../auth/admission.ts";
import type { CallRecord, RunningRecord } from "../../records/records.ts";
import type { Upstream } from "../../upstreams/upstream.ts";
import { historyOfEarlierCall } from "../calls/call-history.ts";
import type { KnownCall } from "../calls/call-ledger.ts";
import type { LiveSessions } from "../live-sessions.ts";
import { Session } from "../session.ts";
import { toActiveCall } from "../calls/start-call.ts";
import { goOnWith, interrupt } from "../calls/interruption.ts";
import { patienceOf } from "../limits/patience.ts";
import { watchTime } from "../limits/time-limit.ts";
import { toTurnMessage } from "../turn-message.ts";
import { watchCall, type WatchCallNeeds } from "../calls/watch-call.ts";

export interface TakeOverNeeds extends WatchCallNeeds {
  readonly live: LiveSessions;
  readonly upstreamNamed: (name: string) => Upstream | undefined;
}

/**
 * Takes over what an earlier process has left: goes on with its sessions, attaches to their calls again, and hangs up every
 * other call, for it runs on unowned otherwise. A session whose time is over ends, and one whose call is gone is
 * interrupted, as soon as that shows.
 */
export async function takeOver(needs: TakeOverNeeds): Promise<void> {
  const { records, log } = needs;
  const kept = new Set<string>();
  for (const record of await records.runningSessions()) {
    const call = await resume(record, needs);
    if (call !== undefined) kept.add(call);
    log.info({ session: record.id, withCall: call !== undefined }, "session of an earlier process taken over");
  }
  for (const call of await records.unfinishedCalls()) if (!kept.has(call.id)) await drop(call, needs);
}

/** Ends a call that nobody owns. One that was being made cannot be found, nor one of a provider that the settings name no more. */
export async function drop(
  call: CallRecord,
  { ledger, upstreamNamed }: Pick<TakeOverNeeds, "ledger" | "upstreamNamed">,
): Promise<void> {
  const known = toKnownCall(call, upstreamNamed);
  if (known === undefined) await ledger.lose(call.id);
  else void ledger.finish(known);
}

/** Goes on with a session; returns the call that it goes on with, where there is one. */
async function resume(record: RunningRecord, needs: TakeOverNeeds): Promise<string | undefined> {
  const { records, live, upstreamNamed } = needs;
  const turns = await records.turnsOf(record.id);
  const calls = await records.callsOf(record.id);
  const running = calls.flatMap((call) => (call.endedAt === null ? (toKnownCall(call, upstreamNamed) ?? []) : []));
  const known = running.at(-1);
  const history = known && (await historyOfEarlierCall(known, record.id, { calls, turns }, records));

  const session = restore(record, needs);
  live.add(session);
  for (const turn of turns) session.announceTurn(toTurnMessage(turn));
  watchTime(session, needs);
  if (known === undefined || history === undefined) {
    const lostAt = record.interruptedAt ?? calls.findLast(({ upstreamCallId }) => upstreamCallId !== null)?.endedAt;
    if (lostAt !== undefined && lostAt !== null) interrupt(session, "upstream_ended", needs, lostAt);
    return undefined;
  }
  const call = toActiveCall(known);
  session.beginCall();
  goOnWith(session, call, needs, known.createdAt);
  void watchCall(session, call, history, needs);
  return known.recordId;
}

function restore(record: RunningRecord, { clock, config, end }: TakeOverNeeds): Session {
  const { tenant, person, resumeTokenHash, name } = record;
  const scopes = new Set(["interview"] as const);
  const session: Session = new Session(
    {
      ...record,
      name: name ?? undefined,
      principal: { tenant, person, countedAs: personKey(tenant, person), scopes, session: undefined },
      ...patienceOf(config, record.startedAt, record.brief),
      earlier: { resumeTokenHash },
    },
    clock,
    (reason) => end(session, reason),
  );
  return session;
}

function toKnownCall(
  { id, upstream: name, upstreamCallId, createdAt }: CallRecord,
  upstreamNamed: TakeOverNeeds["upstreamNamed"],
): KnownCall | undefined {
  const upstream = upstreamNamed(name);
  return upstreamCallId === null || upstream === undefined
    ? undefined
    : { recordId: id, upstream, upstreamCallId, createdAt };
}
