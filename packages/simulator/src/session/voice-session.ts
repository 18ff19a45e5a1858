import type { SpeechOutput } from "../audio/playout.ts";
import type { AudioLevel } from "../audio/rtp.ts";
import type { Clock } from "../clock.ts";
import type { Answer, SpokenInterview } from "../script/spoken-interview.ts";

/** Where a client's event came in. */
export type ClientChannel = "data" | "sideband";

/** Whom a server event is for; each of them gets it where it is attached. */
export type Audience = "data" | "sidebands" | "all";

/** A server event of either API. */
export interface WireEvent {
  readonly type: string;
  readonly event_id: string;
}

/** What one side has said in one go. */
export interface SaidWords {
  readonly role: "candidate" | "interviewer";
  /** What was heard of it; empty where nothing was intelligible. */
  readonly text: string;
  /** True where more would have been said. */
  readonly cutOff: boolean;
  /** Milliseconds on the session's timeline. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Why a session ends that its client did not end by an event. */
export type SessionEnd = "hangup" | "expired" | "peer_closed" | "peer_lost" | "aborted";

/** Where a session's events go, and what it tells its call. */
export interface VoiceSessionListener {
  /** A client's event has come in; told before anything comes of it. */
  received(channel: ClientChannel, type: string, value: unknown, characters: number): void;
  /** A server event goes out. */
  event(event: WireEvent, audience: Audience): void;
  /** A frame of audio goes to every sideband; there are too many of them for a log. */
  reflect(text: string): void;
  /** The session is over; the call must end, once its last events have travelled. */
  ended(reason: "expired" | "session_closed"): void;
  /** An utterance was put into the conversation; `answer`: what the candidate says to it, where it is the interviewer's. */
  seeded(answer: Answer | undefined): void;
  /** An utterance has come to its end. */
  said(words: SaidWords): void;
  /** The candidate begins to speak, or has fallen silent. */
  candidate(state: "started" | "stopped"): void;
}

/** What every session is made of, whichever API it speaks. */
export interface VoiceSessionOptions {
  readonly clock: Clock;
  readonly interview: SpokenInterview;
  readonly output: SpeechOutput;
  readonly listener: VoiceSessionListener;
  /** True where the candidate's voice comes in packets; false where it is told of by {@link VoiceSession.hearSpeech}. */
  readonly hasPackets: boolean;
}

/** A session as its call drives it. It knows nothing of sockets or media. */
export interface VoiceSession {
  readonly id: string;
  /** Utterances of the candidate so far. */
  readonly speechSegments: number;
  /** The data channel has opened. */
  dataChannelOpened(): void;
  /** A sideband has attached; what is returned is for it alone. */
  sidebandAttached(): readonly WireEvent[];
  /** A sideband has gone. */
  sidebandDetached(): void;
  /** The candidate's audio begins. */
  audioStarted(): void;
  /** A packet of the candidate's audio has come, loud or not. */
  packetReceived(opus: Uint8Array): void;
  /** A packet of the interviewer's audio was due, comfort silence included. */
  packetSent(opus: Uint8Array): void;
  /** Takes the level of one packet of the candidate's audio. */
  hear(level: AudioLevel): void;
  /** The candidate begins to speak, and will for so long, in milliseconds; no levels will tell of it. */
  hearSpeech(durationMs: number): void;
  /** True while the output must wait with what it plays. */
  readonly isHeld: boolean;
  /** The output has begun to play an utterance. */
  playoutStarted(responseId: string): void;
  /** The output has played an utterance to its end. */
  playoutFinished(responseId: string): void;
  /** The longest that it may last is over, or it may not go on for what is said in it. */
  endItself(why: "expired" | "content"): void;
  /** Whatever the candidate says next cannot be made out. */
  failNextTranscription(): void;
  /** Takes one text frame from the data channel or a sideband. */
  receive(channel: ClientChannel, text: string): void;
  /** Ends the session, and says so where its API does; nothing is emitted afterwards. */
  close(end: SessionEnd): void;
}
