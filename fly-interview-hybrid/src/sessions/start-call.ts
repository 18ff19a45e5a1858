import { admitCall } from "../auth/admission.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { RateLimits } from "../coordination/rate-limits.ts";
import { ProxyError } from "../errors.ts";
import type { Logger } from "../ops/log.ts";
import { judgeAnswer } from "../sdp/judge-answer.ts";
import { type JudgedOffer, judgeOffer } from "../sdp/judge-offer.ts";
import { leaveOpen, sealOffer } from "../sdp/seal.ts";
import type { GuardRules } from "../supervision/guard.ts";
import { superviseCall } from "../supervision/supervise-call.ts";
import type { Transcripts } from "../transcripts/transcripts.ts";
import type { Upstream } from "../upstreams/upstream.ts";
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
  readonly end: (session: Session, reason: "upstream_ended" | "sideband_lost" | "policy_violation") => void;
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
    const signal = AbortSignal.any([session.signal, departure]);
    const { call, answerSdp } = await exchange(session, offer, signal, needs);
    session.call = call;
    session.become("live");
    void supervise(session, call, needs);
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
    plan: planOf(session.persona, config),
    offerSdp: sealed.upstreamSdp,
    safetyIdentifier: safetyIdentifierOf(session.principal, config),
  });
  try {
    const created = await waitForCall(creation, config, signal, clock);
    const answerSdp = sealed.unseal(created.answerSdp);
    if (!judgeAnswer(answerSdp, offer).ok) throw new ProxyError("UPSTREAM_BAD_ANSWER");
    await ledger.confirm(recordId, created.callId);
    if (signal.aborted) throw new ProxyError("SESSION_ENDED");
    const call = { recordId, upstream, upstreamCallId: created.callId, createdAt, supervision: new AbortController() };
    return { call, answerSdp };
  } catch (error) {
    ledger.dispose({ recordId, upstream, creation, createdAt });
    throw error;
  }
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
      ...(config.DATA_CHANNEL === "open" && { guard: guardOf(session, config, log) }),
      onSpeech: (role, active) => session.noteSpeech(role, active),
      transcript: recordTranscript(session, call.recordId, transcripts),
      onEnd: (reason) => end(session, reason),
    },
    { clock, log },
  );
}

function guardOf(session: Session, config: Config, log: Logger): GuardRules {
  return {
    endsAfter: config.POLICY_VIOLATIONS,
    onViolation: (violation) => log.warn({ session: session.id, ...violation }, "page changed what is not its own"),
  };
}
