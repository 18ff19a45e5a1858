import { PACKET_MS, singleFrameMs } from "./opus-packet.ts";

/** Fixed part of an Ogg page header, before the segment table (RFC 3533, section 6). */
const PAGE_HEADER_BYTES = 27;

/** OpusHead and OpusTags come first, each in a packet of its own (RFC 7845, section 3). */
const HEADER_PACKETS = 2;

/**
 * Takes the audio packets out of an Ogg opus file.
 *
 * @throws Error when the bytes are no such file, or a packet is not one frame of 20 ms: the pacer sends one per tick.
 */
export function readOggOpus(file: Uint8Array): readonly Uint8Array[] {
  const packets = splitPackets(file);
  if (packets[0] === undefined || !startsWith(packets[0], 0, "OpusHead")) {
    throw new Error("not an Ogg opus file");
  }
  const audio = packets.slice(HEADER_PACKETS);
  if (audio.length === 0) {
    throw new Error("no audio in the Ogg opus file");
  }
  if (audio.some((packet) => singleFrameMs(packet) !== PACKET_MS)) {
    throw new Error(`opus packets must hold one frame of ${PACKET_MS} ms (opusenc --framesize ${PACKET_MS})`);
  }
  return audio;
}

function splitPackets(file: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let pending: Uint8Array[] = [];
  let at = 0;
  while (at < file.length) {
    if (!startsWith(file, at, "OggS")) {
      throw new Error(`no Ogg page at byte ${at}`);
    }
    const segments = file.subarray(at + PAGE_HEADER_BYTES, at + PAGE_HEADER_BYTES + (file[at + 26] ?? 0));
    at += PAGE_HEADER_BYTES + segments.length;
    for (const length of segments) {
      pending.push(file.subarray(at, at + length));
      at += length;
      // A lacing value below 255 ends a packet; one of 255 says that it goes on.
      if (length < 255) {
        packets.push(Buffer.concat(pending));
        pending = [];
      }
    }
  }
  if (at > file.length || pending.length > 0) {
    throw new Error("the Ogg file ends in the middle of a packet");
  }
  return packets;
}

function startsWith(bytes: Uint8Array, offset: number, ascii: string): boolean {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1", offset, offset + ascii.length) ===
    ascii
  );
}
