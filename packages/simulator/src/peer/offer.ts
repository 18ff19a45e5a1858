import { type MediaDescription, parse } from "sdp-transform";

const AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/** The side of the DTLS handshake that the answer takes: `active` starts it. */
export type DtlsRole = "active" | "passive";

/** What a peer needs to know of an offer. */
export interface Offer {
  /** The offer itself. */
  readonly sdp: string;
  readonly audioMid: string;
  /** The payload type the offerer gave to opus. */
  readonly opusPayloadType: number;
  /** Direction of the answer's audio, the offer's turned round. */
  readonly answerDirection: "SendRecv" | "SendOnly" | "RecvOnly" | "Inactive";
  /** Id of the RFC 6464 header extension; absent where the offerer sends no levels. */
  readonly audioLevelId?: number;
  readonly hasDataChannel: boolean;
}

/** An offer that no call can be made of; the message never quotes it. */
export class OfferError extends Error {
  override readonly name = "OfferError";
}

/**
 * Reads an offer as OpenAI does: candidates are not needed, any payload type will do, the last line must be ended.
 *
 * @throws OfferError
 */
export function parseOffer(sdp: string): Offer {
  if (!sdp.endsWith("\n")) {
    // Recorded: OpenAI's parser reads lines, and misses the end of the last one.
    throw new OfferError("failed to unmarshal SDP: EOF");
  }
  if (!/^v=0\r?\n/.test(sdp)) {
    throw new OfferError("failed to unmarshal SDP: invalid syntax in line 1");
  }
  const { media } = parse(sdp);
  const audio = media.find((section) => section.type === "audio" && isOffered(section));
  if (audio === undefined) {
    throw new OfferError("no audio section");
  }
  // GStreamer writes OPUS.
  const opus = audio.rtp.find(({ codec }) => codec.toLowerCase() === "opus");
  if (opus === undefined) {
    throw new OfferError("no opus in the audio section");
  }
  const level = audio.ext?.find(({ uri }) => uri === AUDIO_LEVEL_URI);
  return {
    sdp,
    // The parser makes numbers of what looks like one, whatever its types say.
    audioMid: String(audio.mid ?? 0),
    opusPayloadType: opus.payload,
    answerDirection: turnRound(audio),
    ...(level !== undefined && { audioLevelId: level.value }),
    hasDataChannel: media.some((section) => section.type === "application" && isOffered(section)),
  };
}

/**
 * The offer as the WebRTC stack gets it. Its candidates go: the offerer's checks reveal where it is, and the names of
 * mDNS candidates need not be looked up. The role that the answer shall take is left as the offer's only choice.
 */
export function prepareOffer(sdp: string, answerRole: DtlsRole): string {
  const offered = answerRole === "active" ? "passive" : "active";
  return sdp
    .replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, "")
    .replace(/^a=setup:actpass/gm, `a=setup:${offered}`);
}

/** The header extension line with which the answer accepts audio levels under the offered id. */
export function audioLevelLine(id: number): string {
  return `a=extmap:${id} ${AUDIO_LEVEL_URI}`;
}

/** Port 0 refuses a section, except one that is to share the transport of another (RFC 9143, section 6). */
export function isOffered({ port, bundleOnly }: { readonly port: number; readonly bundleOnly?: unknown }): boolean {
  return port !== 0 || bundleOnly !== undefined;
}

function turnRound({ direction }: MediaDescription): Offer["answerDirection"] {
  switch (direction) {
    case "sendonly":
      return "RecvOnly";
    case "recvonly":
      return "SendOnly";
    case "inactive":
      return "Inactive";
    default:
      // RFC 8866, section 6.7: without a direction, both.
      return "SendRecv";
  }
}
