import type { PlayoutListener, SpeechOutput } from "../audio/playout.ts";
import type { AudioLevel } from "../audio/rtp.ts";
import type { Offer } from "../peer/offer.ts";
import type { Peer } from "../peer/peer.ts";
import type { Answer } from "../script/spoken-interview.ts";

/** The two voices of one call, however they travel. */
export interface MediaLine {
  /** The interviewer's voice. */
  readonly output: SpeechOutput;
  /** True where the voices travel in packets. */
  readonly hasPackets: boolean;
  /** RTP packets from the client so far. */
  readonly packetsReceived: number;
  /** RTP packets to the client so far, comfort silence included. */
  readonly packetsSent: number;
  /** Takes the peer by which the voices travel. */
  usePeer(peer: Peer): void;
  /** The peer is connected: the voices are heard from now on. */
  connected(): void;
  /** Takes an RTP or RTCP packet of the client's. */
  receive(packet: Buffer): void;
  /** An utterance was put into the conversation; `answer`: the candidate's, where it is a question. */
  seeded(answer: Answer | undefined): void;
  /** From now on no packet is sent. */
  silence(): void;
  /** Ends both voices; nothing is told afterwards. */
  close(): void;
}

/** Told what is heard on a line, of both voices. */
export interface LineListener extends PlayoutListener {
  /** A packet of the candidate's has come, loud or not. */
  packetReceived(opus: Uint8Array): void;
  /** A packet of the interviewer's was due, whether it can be sent or not. */
  packetSent(opus: Uint8Array): void;
  /** A packet of the candidate's, by its loudness. */
  heard(level: AudioLevel): void;
  /** The candidate begins to speak, and will for so long; told where there are no packets. */
  heardSpeech(durationMs: number): void;
}

/** Makes the line of a call that is being created. */
export type LineFactory = (offer: Offer, listener: LineListener) => MediaLine;
