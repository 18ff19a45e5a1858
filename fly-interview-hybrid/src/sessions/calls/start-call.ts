import { admitCall } from "../../auth/admission.ts";
import type { Config } from "../../config/config.ts";
import type { RateLimits } from "../../coordination/rate-limits.ts";
import { ProxyError, toProxyError } from "../../errors.ts";
import type { ConnectWatch } from "../../ops/connect-watch.ts";
import { judgeAnswer } from "../../sdp/judge-answer.ts";
import { type JudgedOffer, judgeOffer } from "../../sdp/judge-offer.ts";
import { leaveOpen, sealOffer } from "../../sdp/seal.ts";
import { Prompter } from "../../supervision/prompter.ts";
import type { ChannelUse, Upstream } from "../../upstreams/upstream.ts";
import { historyOfNewCall, NO_HISTORY, NOTHING_SAID, saidSoFar } from "./call-history.ts";
import type { CallLedger, KnownCall } from "./call-ledger.ts";
import { dropCall } from "./drop-call.ts";
import { goOnWith, interrupt } from "./interruption.ts";
import { planOf } from "../opening/personas.ts";
import { safetyIdentifierOf } from "./safety-identifier.ts";
import type { ActiveCall, Session } from "../session.ts";
import { untilSwitch } from "./rollover.ts";
import { isAnyAborted, waitForCall } from "./wait-for-call.ts";
import { watchCall, type WatchCallNeeds } from "./watch-call.ts";

export interface StartCallNeeds extends WatchCallNeeds {
  readonly rateLimits: RateLimits;
  readonly ledger: CallLedger;
  readonly upstreamFor: (tenant: string) => Upstream;
}

/** Whoever makes an offer. */
export interface Asker {
  /** Aborted when the client is gone: nobody could use the answer then. */
  readonly departure: AbortSignal;
  readonly connect?: ConnectWatch | undefined;
}

export interface StartedCall {
  readonly callId: string;
  readonly answerSdp: string;
}

/** Judges an offer. Throws SDP_INVALID with the rule and the line. */
export function readOffer(sdp: string): JudgedOffer {
  const judgement = judgeOffer(sdp);
  if (judgement.ok) return judgement.offer;
  throw new ProxyError("SDP_INVALID", { facts: judgement.fault });
}

/**
 * Exchanges an offer for an answer, and attaches the sideband as soon as the answer is on its way back. A session has one
 * call at a time: the one before goes on until the new one is there, and is hung up then. Throws SESSION_ENDED,
 * SESSION_BUSY, RATE_LIMITED and the UPSTREAM_ codes; the session goes on with the call that it had then, or waits for
 * another one.
 */
export async function startCall(
  session: Session,
  offer: JudgedOffer,
  { departure, connect }: Asker,
  needs: StartCallNeeds,
): Promise<StartedCall> {
  if (session.state === "ended") throw new ProxyError("SESSION_ENDED");
  if (session.state === "connecting") throw new ProxyError("SESSION_BUSY");
  // Before the first await, so that a second offer meets a session that is busy.
  const isFirst = session.beginCall();
  try {
    await admitCall(needs.rateLimits, session.principal);
    const ends = [session.signal, departure];
    const { call, answerSdp, toldUntil } = await exchange(session, offer, { ends, connect, isFirst }, needs);
    await switchTo(session, { call, toldUntil, isFirst }, ends, needs);
    return { callId: call.recordId, answerSdp };
  } catch (error) {
    if (!session.signal.aborted) session.giveUpCall();
    throw error;
  }
}

/** The session goes on with a call that was just made. It is hung up where that fails. */
async function switchTo(
  session: Session,
  { call, toldUntil, isFirst }: Pick<Exchanged, "call" | "toldUntil"> & { readonly isFirst: boolean },
  ends: readonly AbortSignal[],
  needs: StartCallNeeds,
): Promise<void> {
  const { ledger, transcripts } = needs;
  let isLeft = false;
  try {
    call.connect?.enter("pause");
    await untilSwitch(session, ends, needs.clock);
    call.connect?.enter("answer");
    if (isAnyAborted(ends)) throw new ProxyError("SESSION_ENDED");
    // Where there is none any more, it was lost meanwhile.
    isLeft = session.call !== undefined;
    const isSeamless = isLeft && session.asksFor === "call_limit";
    void dropCall(session, ledger);
    // The end of the call before made its last turns.
    await transcripts.settled(session.id);
    const { config } = needs.tenantOf(session.principal.tenant);
    const history = isFirst
      ? NO_HISTORY
      : await historyOfNewCall(session.id, call, { isSeamless, toldUntil }, { ...needs, config });
    if (isAnyAborted(ends)) throw new ProxyError("SESSION_ENDED");
    goOnWith(session, call, needs);
    // Opening a sideband takes a while, and the answer is written by then.
    setImmediate(() => void watchCall(session, call, history, needs));
  } catch (error) {
    void ledger.finish(call);
    if (isLeft && !session.signal.aborted) interrupt(session, "upstream_ended", needs);
    throw error;
  }
}

/** A call that is known, with what its supervision needs. */
export function toActiveCall(call: KnownCall, connect?: ConnectWatch): ActiveCall {
  return { ...call, connect, supervision: new AbortController(), prompter: new Prompter() };
}

interface Exchanged {
  readonly call: ActiveCall;
  readonly answerSdp: string;
  /** The number of the last turn of which the create told. */
  readonly toldUntil: number;
}

function channelOf({ DATA_CHANNEL, LIVE_REVEAL_SESSION }: Config): ChannelUse {
  if (DATA_CHANNEL === "sealed") return "sealed";
  return LIVE_REVEAL_SESSION ? "revealing" : "open";
}

/** Makes the call. Whatever comes of one that fails is hung up. */
async function exchange(
  session: Session,
  offer: JudgedOffer,
  {
    ends,
    connect,
    isFirst,
  }: { readonly ends: readonly AbortSignal[]; readonly isFirst: boolean } & Pick<Asker, "connect">,
  { clock, ledger, log, records, transcripts, tenantOf, upstreamFor }: StartCallNeeds,
): Promise<Exchanged> {
  const tenant = tenantOf(session.principal.tenant);
  const { config } = tenant;
  const upstream = upstreamFor(tenant.id);
  const isCut = config.DATA_CHANNEL === "sealed" && upstream.channelIsUnrestricted;
  const sealed = isCut ? sealOffer(offer) : leaveOpen(offer);
  await transcripts.settled(session.id);
  const createdAt = clock.now();
  const [recordId, { conversation, toldUntil }] = await Promise.all([
    ledger.begin(session, upstream),
    isFirst ? NOTHING_SAID : saidSoFar(session.id, upstream, records),
  ]);
  connect?.enter("upstream");
  const creation = upstream.createCall({
    plan: planOf(session, tenant),
    conversation,
    channel: channelOf(config),
    offerSdp: sealed.upstreamSdp,
    safetyIdentifier: safetyIdentifierOf(session.principal, config),
    traceparent: connect?.traceparent,
  });
  try {
    const created = await waitForCall(creation, config, ends, clock);
    connect?.enter("answer");
    const answerSdp = sealed.unseal(created.answerSdp);
    if (!judgeAnswer(answerSdp, offer).ok) throw new ProxyError("UPSTREAM_BAD_ANSWER");
    await ledger.confirm(recordId, created.callId);
    if (isAnyAborted(ends)) throw new ProxyError("SESSION_ENDED");
    const known = { recordId, tenant: tenant.id, upstream, upstreamCallId: created.callId, createdAt };
    const call = toActiveCall(known, connect);
    return { call, answerSdp, toldUntil };
  } catch (error) {
    const { code } = toProxyError(error);
    log.info({ session: session.id, tenant: tenant.id, call: recordId, code }, "call not made");
    ledger.dispose({ recordId, tenant: tenant.id, upstream, creation, createdAt });
    throw error;
  }
}
