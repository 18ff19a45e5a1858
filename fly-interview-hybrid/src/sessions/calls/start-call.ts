import { admitCall } from "../../auth/admission.ts";
import type { RateLimits } from "../../coordination/rate-limits.ts";
import { ProxyError } from "../../errors.ts";
import { judgeAnswer } from "../../sdp/judge-answer.ts";
import { type JudgedOffer, judgeOffer } from "../../sdp/judge-offer.ts";
import { leaveOpen, sealOffer } from "../../sdp/seal.ts";
import { Prompter } from "../../supervision/prompter.ts";
import type { Upstream } from "../../upstreams/upstream.ts";
import { historyOfNewCall } from "./call-history.ts";
import type { CallLedger, KnownCall } from "./call-ledger.ts";
import { planOf } from "../opening/personas.ts";
import { safetyIdentifierOf } from "./safety-identifier.ts";
import type { ActiveCall, Session } from "../session.ts";
import { waitForCall } from "./wait-for-call.ts";
import { watchCall, type WatchCallNeeds } from "./watch-call.ts";

export interface StartCallNeeds extends WatchCallNeeds {
  readonly rateLimits: RateLimits;
  readonly ledger: CallLedger;
  readonly upstreamFor: (tenant: string) => Upstream;
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
 * Exchanges an offer for an answer, and attaches the sideband in parallel with the answer going back. A session has one
 * call at a time: an earlier one is hung up. `departure` is aborted when the client that asked is gone: nobody could use
 * the answer then. Throws SESSION_ENDED, SESSION_BUSY, RATE_LIMITED and the UPSTREAM_ codes; the session is as it was
 * then, without a call.
 */
export async function startCall(
  session: Session,
  offer: JudgedOffer,
  departure: AbortSignal,
  needs: StartCallNeeds,
): Promise<StartedCall> {
  if (session.state === "ended") throw new ProxyError("SESSION_ENDED");
  if (session.state === "connecting") throw new ProxyError("SESSION_BUSY");
  // Before the first await, so that a second offer meets a session that is busy.
  session.become("connecting");
  try {
    await admitCall(needs.rateLimits, session.principal);
    void dropCall(session, needs.ledger);
    // The end of the call before made its last turns.
    await needs.transcripts.settled(session.id);
    const history = await historyOfNewCall(session.id, needs.records);
    const signal = AbortSignal.any([session.signal, departure]);
    const { call, answerSdp } = await exchange(session, offer, signal, needs);
    void watchCall(session, call, history, needs);
    return { callId: call.recordId, answerSdp };
  } catch (error) {
    if (!session.signal.aborted) session.become(session.call === undefined ? "open" : "live");
    throw error;
  }
}

/** Ends the supervision of a session's call, if it has one, and hangs it up. Fulfilled after the first try. */
export async function dropCall(session: Session, ledger: CallLedger): Promise<void> {
  const { call } = session;
  session.call = undefined;
  call?.supervision.abort();
  if (call !== undefined) await ledger.finish(call);
}

/** A call that is known, with what its supervision needs. */
export function toActiveCall(call: KnownCall): ActiveCall {
  return { ...call, supervision: new AbortController(), prompter: new Prompter() };
}

/** Makes the call, and gives it to the session at the same moment at which nobody has to dispose of it any more. */
async function exchange(
  session: Session,
  offer: JudgedOffer,
  signal: AbortSignal,
  { config, clock, ledger, upstreamFor }: StartCallNeeds,
): Promise<{ call: ActiveCall; answerSdp: string }> {
  const upstream = upstreamFor(session.principal.tenant);
  const sealed = config.DATA_CHANNEL === "open" ? leaveOpen(offer) : sealOffer(offer);
  const createdAt = clock.now();
  const recordId = await ledger.begin(session, upstream);
  const creation = upstream.createCall({
    plan: planOf(session, config),
    offerSdp: sealed.upstreamSdp,
    safetyIdentifier: safetyIdentifierOf(session.principal, config),
  });
  try {
    const created = await waitForCall(creation, config, signal, clock);
    const answerSdp = sealed.unseal(created.answerSdp);
    if (!judgeAnswer(answerSdp, offer).ok) throw new ProxyError("UPSTREAM_BAD_ANSWER");
    await ledger.confirm(recordId, created.callId);
    if (signal.aborted) throw new ProxyError("SESSION_ENDED");
    const call = toActiveCall({ recordId, upstream, upstreamCallId: created.callId, createdAt });
    session.become("live");
    session.call = call;
    return { call, answerSdp };
  } catch (error) {
    ledger.dispose({ recordId, upstream, creation, createdAt });
    throw error;
  }
}
