import type { Clock } from "../clock.ts";
import { createResource } from "../live/session-resource.ts";
import { LiveSession } from "../live/live-session.ts";
import { type DtlsRole, parseOffer } from "../peer/offer.ts";
import type { PeerFactory } from "../peer/peer.ts";
import { RealtimeSession } from "../realtime/realtime-session.ts";
import { createSession } from "../realtime/session-config.ts";
import { type SpokenInterview, withoutOverlaps } from "../script/spoken-interview.ts";
import { newCallIds, newLiveId } from "../session/ids.ts";
import { Call, type CallOptions } from "./call.ts";
import type { CallRegistry } from "./call-registry.ts";
import type { CallRequest, LiveCallRequest, RealtimeCallRequest } from "./call-report.ts";
import type { LineFactory } from "./media-line.ts";
import type { SimulatorEvent } from "./simulator-event.ts";

/** Documented: a Realtime session lasts at most an hour. */
const MAX_SESSION_SECONDS = 3600;

/** How the sessions of the Live API are, where its documentation leaves it open. */
export interface LiveBehaviour {
  /** How long they last at most. */
  readonly sessionSeconds: number;
  /** Whether sidebands get the audio of both sides. */
  readonly reflectsAudio: boolean;
  /** Whether a sideband is sent `session.started` when it attaches. */
  readonly greetsSidebands: boolean;
}

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
  readonly live: LiveBehaviour;
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
    const call = new Call({
      ...options,
      ...(request.form === "json" ? liveParts(request, options) : realtimeParts(request, options)),
      request,
      offer,
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

/** What a call has of its API. */
type ApiParts = Pick<CallOptions, "api" | "id" | "interview" | "createSession">;

function realtimeParts({ session: config }: RealtimeCallRequest, { clock, interview }: CallFactoryOptions): ApiParts {
  const { callId, sessionId } = newCallIds();
  const session = createSession(config, { id: sessionId, expires_at: secondsFromNow(clock, MAX_SESSION_SECONDS) });
  return {
    api: "realtime",
    id: callId,
    // Turn detection takes whatever is said for an interruption.
    interview: withoutOverlaps(interview),
    createSession: (parts) => new RealtimeSession({ ...parts, session }),
  };
}

function liveParts({ session }: LiveCallRequest, { clock, interview, live }: CallFactoryOptions): ApiParts {
  const id = newLiveId();
  const resource = createResource(session, { id, expires_at: secondsFromNow(clock, live.sessionSeconds) });
  return {
    api: "live",
    id,
    interview,
    createSession: (parts) => new LiveSession({ ...parts, ...live, resource }),
  };
}

function secondsFromNow(clock: Clock, seconds: number): number {
  return Math.floor(clock.now() / 1000) + seconds;
}
