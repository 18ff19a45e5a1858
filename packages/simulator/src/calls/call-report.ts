import type { LiveSessionConfig } from "../live/session-config-schema.ts";
import type { SessionConfig } from "../realtime/session-config-schema.ts";
import type { SimulatorEvent } from "./simulator-event.ts";

/** Which of OpenAI's APIs a call was made by. */
export type VoiceApi = "realtime" | "live";

/** Why a call ended. */
export type CallEndReason =
  | "hangup"
  | "session_closed"
  | "peer_closed"
  | "peer_failed"
  | "inactive"
  | "expired"
  | "fault"
  | "simulator_closed";

interface AnyCallRequest {
  /** `OpenAI-Safety-Identifier`, of the request or of the client secret; for Live what its session says. */
  readonly safetyIdentifier: string | null;
  /** `?dcid=`: id of a pre-negotiated data channel. */
  readonly dataChannelId: number | null;
  /** The offer, byte for byte. */
  readonly offerSdp: string;
}

/** How a call of the Realtime API was asked for. */
export interface RealtimeCallRequest extends AnyCallRequest {
  /** Multipart with `sdp` and `session`, or the offer alone with a client secret or a project key. */
  readonly form: "multipart" | "raw_client_secret" | "raw_project_key";
  /** The session as it was asked for, with the call or with the client secret. */
  readonly session: SessionConfig;
}

/** How a call of the Live API was asked for. */
export interface LiveCallRequest extends AnyCallRequest {
  readonly form: "json";
  /** The session as it was asked for. */
  readonly session: LiveSessionConfig;
}

/** How a call was asked for. */
export type CallRequest = RealtimeCallRequest | LiveCallRequest;

/** One call as a test or the inspection route sees it: a copy, taken when it was asked for. */
export interface CallReport {
  readonly api: VoiceApi;
  /** `rtc_…`, for Live `live_…` */
  readonly id: string;
  /** `sess_…`, for Live the same as the id */
  readonly sessionId: string;
  readonly state: "connecting" | "connected" | "ended";
  /** Absent while it lives. */
  readonly endReason?: CallEndReason;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly connectedAt?: number;
  readonly endedAt?: number;
  /** RTP packets from the client. */
  readonly packetsReceived: number;
  /** RTP packets to the client, comfort silence included. */
  readonly packetsSent: number;
  /** Utterances of the candidate that were detected or committed. */
  readonly speechSegments: number;
  /** Sidebands attached at the moment. */
  readonly sidebands: number;
  readonly safetyIdentifier: string | null;
  readonly request: CallRequest;
  /** What happened, newest last; the oldest entries of a long call are dropped. */
  readonly events: readonly SimulatorEvent[];
}
