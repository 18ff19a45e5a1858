import type { SessionConfig } from "../session/session-config-schema.ts";
import type { SimulatorEvent } from "./simulator-event.ts";

/** Why a call ended. */
export type CallEndReason =
  | "hangup"
  | "peer_closed"
  | "peer_failed"
  | "inactive"
  | "expired"
  | "fault"
  | "simulator_closed";

/** How a call was asked for. */
export interface CallRequest {
  /** Multipart with `sdp` and `session`, or the offer alone with a client secret or a project key. */
  readonly form: "multipart" | "raw_client_secret" | "raw_project_key";
  /** The session as it was asked for, with the call or with the client secret. */
  readonly session: SessionConfig;
  /** `OpenAI-Safety-Identifier`, of the request or of the client secret. */
  readonly safetyIdentifier: string | null;
  /** `?dcid=`: id of a pre-negotiated data channel. */
  readonly dataChannelId: number | null;
  /** The offer, byte for byte. */
  readonly offerSdp: string;
}

/** One call as a test or the inspection route sees it: a copy, taken when it was asked for. */
export interface CallReport {
  /** `rtc_…` */
  readonly id: string;
  /** `sess_…` */
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
