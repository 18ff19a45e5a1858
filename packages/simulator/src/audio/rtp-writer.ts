import { MAX_OPUS_PACKET_BYTES, PACKET_RTP_TICKS } from "./opus-packet.ts";
import { RTP_HEADER_BYTES } from "./rtp.ts";

/**
 * All streams write into one buffer, and its views by length are made once: at 100 calls this path runs 5000 times a
 * second, and a packet is copied by the peer before the next one is written.
 */
const scratch = Buffer.alloc(RTP_HEADER_BYTES + MAX_OPUS_PACKET_BYTES);
const views: Buffer[] = [];

/** Numbers and timestamps the packets of one outgoing stream. */
export class RtpWriter {
  readonly #payloadType: number;
  readonly #ssrc: number;
  #sequence: number;
  #timestamp: number;

  constructor(payloadType: number, ssrc: number) {
    this.#payloadType = payloadType;
    this.#ssrc = ssrc;
    // RFC 3550, section 5.1, wants both random; low halves keep them from wrapping at once.
    this.#sequence = Math.floor(Math.random() * 0x8000);
    this.#timestamp = Math.floor(Math.random() * 0x80000000);
  }

  /**
   * Wraps one 20 ms opus packet.
   *
   * @param marker - true on the first packet after silence (RFC 7587, section 4.2)
   * @returns a view that the next call of any writer overwrites
   */
  write(opus: Uint8Array, marker: boolean): Buffer {
    scratch[0] = 0x80;
    scratch[1] = marker ? 0x80 | this.#payloadType : this.#payloadType;
    scratch.writeUInt16BE(this.#sequence, 2);
    scratch.writeUInt32BE(this.#timestamp, 4);
    scratch.writeUInt32BE(this.#ssrc, 8);
    scratch.set(opus, RTP_HEADER_BYTES);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + PACKET_RTP_TICKS) >>> 0;
    const length = RTP_HEADER_BYTES + opus.length;
    return (views[length] ??= scratch.subarray(0, length));
  }
}
