import type { EndReason } from "@interview-proxy/protocol";
import type { Caption } from "./captions.ts";
import { type AudioDevices, NO_DEVICES } from "./devices.ts";
import type { InterviewProblem } from "./errors.ts";
import type { CallQuality } from "./quality.ts";

/**
 * Where the interview stands. `signalling`: the microphone is open, offer and answer are exchanged; `connecting`:
 * answered, the audio line is being set up; `interrupted`: the audio line was lost, and another one is being made;
 * `disconnected`: over as planned; `failed`: over because of `error`.
 */
export type InterviewState =
  | "idle"
  | "requesting_microphone"
  | "signalling"
  | "connecting"
  | "connected"
  | "interrupted"
  | "disconnecting"
  | "disconnected"
  | "failed";

/**
 * The line to the server. Over HTTP it is `open` while a request is under way. `reconnecting`: it was lost and is being set
 * up again, while the audio goes on.
 */
export type SignallingState = "closed" | "connecting" | "open" | "reconnecting";

/** States of each layer, for people who look for a fault. */
export interface LineStates {
  readonly signalling: SignallingState;
  readonly ice: RTCIceConnectionState;
  readonly dtls: RTCDtlsTransportState;
  readonly peer: RTCPeerConnectionState;
}

/** Everything a page shows of an interview. Replaced, never changed, and only when something changed. */
export interface InterviewSnapshot {
  readonly state: InterviewState;
  readonly sessionId?: string;
  /** The server's own id of the call, `call_…`; the voice service's stays with the server. */
  readonly callId?: string;
  /** When the session ends at the latest; ISO 8601, UTC. */
  readonly deadline?: string;
  /** The same while its clock runs, in milliseconds of `environment.now`: `performance.now()` unless replaced. */
  readonly endsAt?: number | undefined;
  /** Seconds that are left while the session's clock stands, because it is interrupted. Never over HTTP. */
  readonly pausedSecondsLeft?: number | undefined;
  /** Seconds that were left when the server last warned that time runs out; while the session lasts. Never over HTTP. */
  readonly timeWarning?: number | undefined;
  /** True where the server says that the interviewer is simulated. Unknown over HTTP. */
  readonly simulation?: boolean;
  /** True where this tab keeps an interview that `resume()` goes on with: it was reloaded, or could not go on. */
  readonly canResume: boolean;
  /** The last thing that went wrong. With `connected` the interview goes on in spite of it. */
  readonly error?: InterviewProblem | undefined;
  /** Why the interview ended, once `disconnected`. */
  readonly endReason?: EndReason;
  /** The candidate's microphone, while in use. */
  readonly localStream?: MediaStream | undefined;
  /** The interviewer's voice, while there is one. */
  readonly remoteStream?: MediaStream | undefined;
  /** True where the browser plays the interviewer only after a gesture: offer a button that calls `resumeAudio()`. */
  readonly needsGesture: boolean;
  /** What was said, in order, the latest turns; those that are still being said come last. Empty over HTTP. */
  readonly captions: readonly Caption[];
  /** Who is heard at the moment. Unknown, and so false, over HTTP. */
  readonly speaking: { readonly candidate: boolean; readonly interviewer: boolean };
  /** True where the candidate is not to be heard. Stays as it is from one interview to the next. */
  readonly muted: boolean;
  /** How well the two hear each other; `unknown` unless there is a call, and for its first seconds. */
  readonly quality: CallQuality;
  /** Microphones and speakers. Empty until `connect()` or `refreshDevices()` has looked for them. */
  readonly devices: AudioDevices;
  readonly line: LineStates;
  /** Server messages that this version does not know, counted and ignored. */
  readonly unknownMessages: number;
}

export const NO_LINE: LineStates = { signalling: "closed", ice: "closed", dtls: "closed", peer: "closed" };

export const SILENCE: InterviewSnapshot["speaking"] = { candidate: false, interviewer: false };

/** What an interview leaves behind at its end. */
export const NOTHING_RUNS = {
  line: NO_LINE,
  localStream: undefined,
  remoteStream: undefined,
  needsGesture: false,
  speaking: SILENCE,
  quality: "unknown",
  endsAt: undefined,
  pausedSecondsLeft: undefined,
  timeWarning: undefined,
} as const satisfies Partial<InterviewSnapshot>;

export const IDLE: InterviewSnapshot = {
  state: "idle",
  canResume: false,
  needsGesture: false,
  captions: [],
  speaking: SILENCE,
  muted: false,
  quality: "unknown",
  devices: NO_DEVICES,
  line: NO_LINE,
  unknownMessages: 0,
};
