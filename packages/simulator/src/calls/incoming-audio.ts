import { DecodedLevel } from "../audio/decoded-level.ts";
import { type AudioLevel, isRtcp, readAudioLevel, rtpPayload } from "../audio/rtp.ts";
import type { LineListener } from "./media-line.ts";

/** Told what a client sends: of every packet, and of its loudness where that can be told. */
type IncomingAudioListener = Pick<LineListener, "packetReceived" | "heard">;

/** Counts a client's packets and tells their loudness: as stated by the sender, else as decoded. */
export class IncomingAudio {
  readonly #audioLevelId: number | undefined;
  readonly #listener: IncomingAudioListener;
  #decoder: DecodedLevel | undefined;
  #packets = 0;

  constructor(audioLevelId: number | undefined, listener: IncomingAudioListener) {
    this.#audioLevelId = audioLevelId;
    this.#listener = listener;
  }

  /** RTP packets so far. */
  get packets(): number {
    return this.#packets;
  }

  /** Takes an RTP or RTCP packet. */
  take(packet: Buffer): void {
    if (isRtcp(packet)) {
      return;
    }
    this.#packets += 1;
    const opus = rtpPayload(packet);
    this.#listener.packetReceived(opus);
    const stated = this.#audioLevelId === undefined ? undefined : readAudioLevel(packet, this.#audioLevelId);
    const level = stated ?? this.#decode(opus);
    if (level !== undefined) {
      this.#listener.heard(level);
    }
  }

  /** Frees the decoder, where one was needed. */
  close(): void {
    this.#decoder?.close();
  }

  #decode(opus: Uint8Array): AudioLevel | undefined {
    this.#decoder ??= new DecodedLevel();
    return this.#decoder.measure(opus);
  }
}
