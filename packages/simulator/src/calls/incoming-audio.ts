import { createDecodedLevel, type DecodedLevel } from "../audio/decoded-level.ts";
import { type AudioLevel, isRtcp, readAudioLevel, rtpPayload } from "../audio/rtp.ts";

/** Counts a client's packets and tells their loudness: as stated by the sender, else as decoded. */
export class IncomingAudio {
  readonly #audioLevelId: number | undefined;
  readonly #hear: (level: AudioLevel) => void;
  #decoder: DecodedLevel | undefined;
  #packets = 0;

  constructor(audioLevelId: number | undefined, hear: (level: AudioLevel) => void) {
    this.#audioLevelId = audioLevelId;
    this.#hear = hear;
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
    const stated = this.#audioLevelId === undefined ? undefined : readAudioLevel(packet, this.#audioLevelId);
    const level = stated ?? this.#decode(packet);
    if (level !== undefined) {
      this.#hear(level);
    }
  }

  /** Frees the decoder, where one was needed. */
  close(): void {
    this.#decoder?.close();
  }

  #decode(packet: Buffer): AudioLevel | undefined {
    this.#decoder ??= createDecodedLevel();
    return this.#decoder.measure(rtpPayload(packet));
  }
}
