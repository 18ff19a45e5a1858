/** Length of the one opus frame in every packet sent, in milliseconds; the pacer's tick. */
export const PACKET_MS = 20;

/** RTP clock ticks per packet: opus runs at 48 kHz whatever it encodes (RFC 7587, section 4.1). */
export const PACKET_RTP_TICKS = 960;

/** 20 ms of digital silence: a CELT frame of full band, mono, whose range coder says "silence". */
export const SILENCE_PACKET: Uint8Array = Uint8Array.of(0xf8, 0xff, 0xfe);

// RFC 6716, section 3.1: frame length in ms by configuration number, the upper five bits of the first byte.
const SILK_MS = [10, 20, 40, 60];
const HYBRID_MS = [10, 20];
const CELT_MS = [2.5, 5, 10, 20];

/** RFC 6716, section 3.2.1: a frame has at most 1275 bytes; one byte before it says what it is. */
export const MAX_OPUS_PACKET_BYTES = 1276;

/**
 * Length in milliseconds of an opus packet that holds one frame; `undefined` where it holds none or several, or is too
 * long for one.
 */
export function singleFrameMs(packet: Uint8Array): number | undefined {
  const toc = packet[0];
  if (toc === undefined || (toc & 0b11) !== 0 || packet.length > MAX_OPUS_PACKET_BYTES) {
    return undefined;
  }
  const config = toc >> 3;
  if (config < 12) {
    return SILK_MS[config % 4];
  }
  return config < 16 ? HYBRID_MS[config % 2] : CELT_MS[config % 4];
}
