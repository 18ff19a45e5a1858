import { randomBytes, randomInt } from "node:crypto";
import { type MediaDescription, parse } from "sdp-transform";
import { type DtlsRole, isOffered, type Offer } from "./offer.ts";

/** What an answer says of itself. */
export interface TemplateValues {
  /** Taken where the offer leaves the choice. */
  readonly dtlsRole: DtlsRole;
  readonly ssrc: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

const DIRECTIONS = { SendRecv: "sendrecv", SendOnly: "sendonly", RecvOnly: "recvonly", Inactive: "inactive" } as const;

/** The discard port: nobody listens for the media of a call that has none (RFC 863). */
const CANDIDATE = "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host";

/** An answer in OpenAI's form, line by line, with one opus stream and at most one data channel. */
export function answerByTemplate(offer: Offer, values: TemplateValues): string {
  const { media, groups = [] } = parse(offer.sdp);
  const audio = media.find(({ type, mid }) => type === "audio" && String(mid ?? 0) === offer.audioMid);
  const channel = media.find((section) => section.type === "application" && isOffered(section));
  const accepted = [audio, channel].filter((section) => section !== undefined);
  const transport = transportLines(audio, values.dtlsRole);
  const sections = media.flatMap((section) => {
    if (section === audio) {
      return audioLines(section, offer, values.ssrc, transport);
    }
    return section === channel ? channelLines(section, transport) : refusalLines(section);
  });
  const lines = [
    "v=0",
    `o=- ${randomInt(2 ** 47)} ${Math.floor(values.createdAt / 1000)} IN IP4 0.0.0.0`,
    "s=-",
    "t=0 0",
    "a=msid-semantic:WMS *",
    `a=fingerprint:sha-256 ${fingerprint()}`,
    ...(groups.some(({ type }) => type === "BUNDLE")
      ? [`a=group:BUNDLE ${accepted.map(({ mid }) => mid).join(" ")}`]
      : []),
    ...sections,
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function audioLines(
  section: MediaDescription,
  { opusPayloadType: opus, answerDirection }: Offer,
  ssrc: number,
  transport: readonly string[],
): string[] {
  return [
    `m=audio 9 ${section.protocol} ${opus}`,
    "c=IN IP4 0.0.0.0",
    ...midLines(section),
    ...transport,
    "a=rtcp-mux",
    "a=rtcp-rsize",
    `a=rtpmap:${opus} opus/48000/2`,
    `a=fmtp:${opus} minptime=10;useinbandfec=1`,
    `a=ssrc:${ssrc} cname:realtimeapi`,
    "a=msid:realtimeapi audio",
    `a=${DIRECTIONS[answerDirection]}`,
    CANDIDATE,
  ];
}

function channelLines(section: MediaDescription, transport: readonly string[]): string[] {
  return [
    `m=application 9 ${section.protocol} webrtc-datachannel`,
    "c=IN IP4 0.0.0.0",
    ...midLines(section),
    ...transport,
    "a=sctp-port:5000",
    "a=max-message-size:262144",
  ];
}

/** RFC 3264, section 6: what is refused keeps its place, with port 0. */
function refusalLines(section: MediaDescription): string[] {
  return [
    `m=${section.type} 0 ${section.protocol} ${section.payloads ?? ""}`.trimEnd(),
    "c=IN IP4 0.0.0.0",
    ...midLines(section),
  ];
}

function midLines({ mid }: MediaDescription): string[] {
  return mid === undefined ? [] : [`a=mid:${mid}`];
}

function transportLines(audio: MediaDescription | undefined, preferred: DtlsRole): string[] {
  // RFC 8842, section 5.3: an offer of one role leaves the other.
  const offered = audio?.setup;
  const role = offered === "active" ? "passive" : offered === "passive" ? "active" : preferred;
  return [`a=setup:${role}`, `a=ice-ufrag:${randomBytes(6).toString("base64")}`, `a=ice-pwd:${icePassword()}`];
}

function icePassword(): string {
  return randomBytes(24).toString("base64");
}

function fingerprint(): string {
  return Array.from(randomBytes(32), (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
}
