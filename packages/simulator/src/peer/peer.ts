import type { DtlsRole, Offer } from "./offer.ts";

/** Our side of one WebRTC connection. Nothing of it throws, and nothing is heard from it after `close`. */
export interface Peer {
  /** Complete answer, candidates included. */
  readonly answerSdp: string;
  /** Synchronization source of the audio it sends (RFC 3550). */
  readonly ssrc: number;
  /** Sends one RTP packet, copying it; false where it could not be sent. */
  sendRtp(packet: Buffer): boolean;
  /** Sends one text frame over the data channel; false where there is none open. */
  sendText(text: string): boolean;
  /** False while and after the other side cannot be reached (ICE consent, RFC 7675). */
  isReachable(): boolean;
  /** False for one whose other side is imagined, and so never goes away. */
  readonly canBeLost: boolean;
  /** Ends the connection. */
  close(): void;
}

/** Told what happens to a peer. */
export interface PeerListener {
  /** Media can flow, both ways. Once. */
  connected(): void;
  /** The data channel has opened, whatever its label. Once. */
  channelOpened(): void;
  /** A text frame has come over the data channel. */
  text(message: string): void;
  /** An RTP or RTCP packet has come. */
  packet(packet: Buffer): void;
  /** The connection has ended, and not by our `close`. Once. */
  ended(reason: "peer_closed" | "peer_failed"): void;
}

/** What kind of peer is wanted. */
export interface PeerOptions {
  readonly dtlsRole: DtlsRole;
  /** Id of a data channel that both sides open without announcing it. */
  readonly negotiatedChannelId?: number;
}

/**
 * Answers an offer.
 *
 * @throws OfferError when the offer cannot be answered
 */
export type PeerFactory = (offer: Offer, options: PeerOptions, listener: PeerListener) => Promise<Peer>;
