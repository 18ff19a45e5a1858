import { admitCall } from "../auth/admission.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { RateLimits } from "../coordination/rate-limits.ts";
import { ProxyError } from "../errors.ts";
import type { Logger } from "../ops/log.ts";
import { judgeAnswer } from "../sdp/judge-answer.ts";
import { type JudgedOffer, judgeOffer } from "../sdp/judge-offer.ts";
import { sealOffer } from "../sdp/seal.ts";
import { superviseCall } from "../supervision/supervise-call.ts";
import type { Transcripts } from "../transcripts/transcripts.ts";
import type { CreatedCall, Upstream } from "../upstreams/upstream.ts";
import type { CallLedger } from "./call-ledger.ts";
import { planOf } from "./personas.ts";
import { safetyIdentifierOf } from "./safety-identifier.ts";
import { recordTranscript } from "./record-transcript.ts";
import type { ActiveCall, Session } from "./session.ts";
import { waitForCall } from "./wait-for-call.ts";

export interface StartCallNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rateLimits: RateLimits;
  readonly ledger: CallLedger;
  readonly transcripts: Transcripts;
  readonly upstreamFor: (tenant: string) => Upstream;
  readonly end: (session: Session, reason: "upstream_ended" | "sideband_lost") => void;
}

export interface StartedCall {
  readonly callId: string;
  readonly answerSdp: string;
}

/**
 * Exchanges an offer for an answer, and attaches the sideband in parallel with the answer going back. A session has one
 * call at a time: an earlier one is hung up. Throws SDP_INVALID, SESSION_ENDED, SESSION_BUSY,
 * RATE_LIMITED and the UPSTREAM_ codes; the session is open again then.
 */
export async function startCall(session: Session, offerSdp: string, needs: StartCallNeeds): Promise<StartedCall> {
  if (session.state === "ended") throw new ProxyError("SESSION_ENDED");
  if (session.state === "connecting") throw new ProxyError("SESSION_BUSY");
  const offer = judged(offerSdp);
  // Before the first await, so that a second offer meets a session that is busy.
  session.become("connecting");
  try {
    await admitCall(needs.rateLimits, session.principal);
    if (session.call !== undefined) void endCall(session.call, needs.ledger);
    session.call = undefined;
    const { call, answerSdp } = await exchange(session, offer, needs);
    session.call = call;
    session.become("live");
    void supervise(session, call, needs);
    return { callId: call.recordId, answerSdp };
  } catch (error) {
    if (!session.signal.aborted) session.become(session.call === undefined ? "open" : "live");
    throw error;
  }
}

/** Ends a call's supervision and hangs it up. */
export function endCall(call: ActiveCall, ledger: CallLedger): Promise<void> {
  call.supervision.abort();
  return ledger.finish(call.recordId, call.upstream, call.upstreamCallId);
}

function judged(offerSdp: string): JudgedOffer {
  const judgement = judgeOffer(offerSdp);
  if (judgement.ok) return judgement.offer;
  throw new ProxyError("SDP_INVALID", { facts: judgement.fault });
}

async function exchange(
  session: Session,
  offer: JudgedOffer,
  { config, clock, ledger, upstreamFor }: StartCallNeeds,
): Promise<{ call: ActiveCall; answerSdp: string }> {
  const upstream = upstreamFor(session.principal.tenant);
  const sealed = sealOffer(offer);
  const recordId = await ledger.begin(session, upstream);
  const creation = upstream.createCall({
    plan: planOf(session.persona, config),
    offerSdp: sealed.upstreamSdp,
    safetyIdentifier: safetyIdentifierOf(session.principal, config),
  });
  try {
    const created = await waitForCall(creation, config, session.signal, clock);
    const answerSdp = sealed.unseal(created.answerSdp);
    if (!judgeAnswer(answerSdp, offer).ok) throw new ProxyError("UPSTREAM_BAD_ANSWER");
    await ledger.confirm(recordId, created.callId);
    if (session.signal.aborted) throw new ProxyError("SESSION_ENDED");
    return { call: toActiveCall(recordId, upstream, created), answerSdp };
  } catch (error) {
    ledger.dispose(recordId, upstream, creation);
    throw error;
  }
}

function toActiveCall(recordId: string, upstream: Upstream, created: CreatedCall): ActiveCall {
  return { recordId, upstream, upstreamCallId: created.callId, supervision: new AbortController() };
}

async function supervise(
  session: Session,
  call: ActiveCall,
  { config, clock, log, transcripts, end }: StartCallNeeds,
): Promise<void> {
  await superviseCall(
    {
      upstream: call.upstream,
      upstreamCallId: call.upstreamCallId,
      plan: planOf(session.persona, config),
      signal: call.supervision.signal,
      onSpeech: () => session.notePresence(),
      transcript: recordTranscript(session, call.recordId, transcripts),
      onEnd: (reason) => end(session, reason),
    },
    { clock, log },
  );
}
