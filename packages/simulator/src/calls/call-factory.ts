import type { Clock } from "../clock.ts";
import { type DtlsRole, parseOffer } from "../peer/offer.ts";
import type { PeerFactory } from "../peer/peer.ts";
import type { SpokenInterview } from "../script/spoken-interview.ts";
import { newCallIds } from "../session/ids.ts";
import { createSession } from "../session/session-config.ts";
import { Call } from "./call.ts";
import type { CallRegistry } from "./call-registry.ts";
import type { CallRequest } from "./call-report.ts";
import type { LineFactory } from "./media-line.ts";
import type { SimulatorEvent } from "./simulator-event.ts";

/** Documented: a session lasts at most an hour. */
const MAX_SESSION_SECONDS = 3600;

/** What all calls of a simulator share. */
export interface CallFactoryOptions {
  readonly clock: Clock;
  readonly interview: SpokenInterview;
  readonly registry: CallRegistry;
  readonly createPeer: PeerFactory;
  readonly createLine: LineFactory;
  /** Events that each call's log keeps at most. */
  readonly maxLoggedEvents: number;
  readonly dtlsRole: DtlsRole;
  readonly observe: (event: SimulatorEvent) => void;
}

/** A call that has just been made, and the answer for its client. */
export interface CreatedCall {
  readonly call: Call;
  readonly answerSdp: string;
}

/** Makes a call of a request; it is live, and registered, when this resolves. */
export type CallFactory = (request: CallRequest) => Promise<CreatedCall>;

/** @returns a factory that throws OfferError where an offer is unfit */
export function createCallFactory(options: CallFactoryOptions): CallFactory {
  return async (request) => {
    const offer = parseOffer(request.offerSdp);
    const { callId, sessionId } = newCallIds();
    const expiresAt = Math.floor(options.clock.now() / 1000) + MAX_SESSION_SECONDS;
    const call = new Call({
      ...options,
      id: callId,
      request,
      offer,
      session: createSession(request.session, { id: sessionId, expires_at: expiresAt }),
    });
    options.registry.add(call);
    try {
      const peerOptions = {
        dtlsRole: options.dtlsRole,
        ...(request.dataChannelId !== null && { negotiatedChannelId: request.dataChannelId }),
      };
      const peer = await options.createPeer(offer, peerOptions, call);
      call.usePeer(peer);
      return { call, answerSdp: peer.answerSdp };
    } catch (error) {
      call.end("peer_failed");
      throw error;
    }
  };
}
