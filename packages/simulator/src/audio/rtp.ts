/** Length in bytes of an RTP header without contributing sources or extensions (RFC 3550, section 5.1). */
export const RTP_HEADER_BYTES = 12;

/** Loudness of a packet in −dBov: 0 is the loudest there is, 127 is silence (RFC 6464, section 3). */
export type AudioLevel = number;

const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;

/** RTCP shares the line with RTP and is told apart by its second byte (RFC 5761, section 4). */
export function isRtcp(packet: Uint8Array): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** The audio level a sender put into its packet, or `undefined` where it put none. */
export function readAudioLevel(packet: Uint8Array, extensionId: number): AudioLevel | undefined {
  if (((packet[0] ?? 0) & 0x10) === 0) {
    return undefined;
  }
  const start = RTP_HEADER_BYTES + 4 * ((packet[0] ?? 0) & 0x0f);
  const profile = uint16(packet, start);
  const end = Math.min(start + 4 + 4 * uint16(packet, start + 2), packet.length);
  if (profile === ONE_BYTE_PROFILE) {
    return findLevel(packet, { at: start + 4, end, extensionId, oneByte: true });
  }
  return (profile & 0xfff0) === TWO_BYTE_PROFILE
    ? findLevel(packet, { at: start + 4, end, extensionId, oneByte: false })
    : undefined;
}

/** The opus packet inside an RTP packet; empty where the header claims more than there is. */
export function rtpPayload(packet: Uint8Array): Uint8Array {
  const first = packet[0] ?? 0;
  let start = RTP_HEADER_BYTES + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    start += 4 + 4 * uint16(packet, start + 2);
  }
  const padding = (first & 0x20) === 0 ? 0 : (packet.at(-1) ?? 0);
  return packet.subarray(start, Math.max(start, packet.length - padding));
}

interface Search {
  readonly at: number;
  readonly end: number;
  readonly extensionId: number;
  readonly oneByte: boolean;
}

/** Walks the elements of RFC 8285, sections 4.2 and 4.3. A zero byte between them is padding. */
function findLevel(packet: Uint8Array, { at, end, extensionId, oneByte }: Search): AudioLevel | undefined {
  let next = at;
  while (next < end) {
    const head = packet[next] ?? 0;
    if (head === 0) {
      next += 1;
      continue;
    }
    const id = oneByte ? head >> 4 : head;
    const length = oneByte ? (head & 0x0f) + 1 : (packet[next + 1] ?? 0);
    const data = next + (oneByte ? 1 : 2);
    if (id === extensionId && length >= 1 && data < end) {
      // The top bit says "voice"; Chromium sets it always, so only the level counts.
      return (packet[data] ?? 0) & 0x7f;
    }
    next = data + length;
  }
  return undefined;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
