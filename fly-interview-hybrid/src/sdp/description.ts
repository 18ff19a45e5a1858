import { type MediaDescription, parse } from "sdp-transform";
import { judgeText } from "./judge-text.ts";
import type { SdpLine } from "./line-index.ts";
import { fault, type SdpFault } from "./rules.ts";

export type SectionKind = "audio" | "video" | "data" | "unknown";

/** One `m=` line and all up to the next. */
export interface SdpSection {
  readonly kind: SectionKind;
  readonly protocol: string;
  /** What the `m=` line lists after the protocol: payload types of audio, `webrtc-datachannel`. */
  readonly formats: readonly string[];
  readonly codecs: readonly SdpCodec[];
  /** Port 0 without `a=bundle-only`, which uses port 0 for a section that is wanted (RFC 9143, section 6). */
  readonly rejected: boolean;
  readonly mediaLine: SdpLine;
  /** The `m=` line included. */
  readonly lines: readonly SdpLine[];
}

/** An `a=rtpmap` line. */
export interface SdpCodec {
  readonly payloadType: string;
  readonly name: string;
}

/** An SDP whose text was judged and whose `m=` lines are well-formed. */
export interface SdpDescription {
  /** All of them. */
  readonly lines: readonly SdpLine[];
  /** Those before the first section. */
  readonly sessionLines: readonly SdpLine[];
  readonly sections: readonly SdpSection[];
}

export type DescribedSdp =
  | { readonly ok: true; readonly description: SdpDescription }
  | { readonly ok: false; readonly fault: SdpFault };

/** Judges the text of an SDP and parses it. */
export function describeSdp(sdp: string): DescribedSdp {
  const text = judgeText(sdp);
  if (!text.ok) return text;
  const mediaLines = text.lines.filter((line) => line.text.startsWith("m="));
  const malformed = mediaLines.find((line) => !/^m=\w+ \d{1,5} [\w/]+(?: [^ ]+)+$/.test(line.text));
  if (malformed) return { ok: false, fault: fault("media-line", malformed.number) };

  // The parser begins a section at the same `m=` lines, so that the two lists pair by index.
  const parsed = parse(sdp).media;
  const sections = mediaLines.flatMap((mediaLine, index) => {
    const media = parsed[index];
    if (!media) return [];
    const lines = text.lines.slice(mediaLine.number - 1, numberBefore(mediaLines[index + 1]));
    return [{ ...sectionOf(media), mediaLine, lines }];
  });
  const sessionLines = text.lines.slice(0, numberBefore(mediaLines[0]));
  return { ok: true, description: { lines: text.lines, sessionLines, sections } };
}

function numberBefore(line: SdpLine | undefined): number | undefined {
  return line && line.number - 1;
}

function sectionOf(media: MediaDescription): Omit<SdpSection, "mediaLine" | "lines"> {
  const protocol = written(media.protocol);
  return {
    kind: kindOf(media.type, protocol),
    protocol,
    formats: written(media.payloads).split(" "),
    codecs: media.rtp.map(({ payload, codec }) => ({ payloadType: written(payload), name: written(codec) })),
    rejected: /^0+$/.test(written(media.port)) && media.bundleOnly === undefined,
  };
}

/** sdp-transform makes a number of any field that looks like one, whatever its type declarations say. */
function written(field: unknown): string {
  return String(field);
}

function kindOf(type: string, protocol: string): SectionKind {
  if (type === "audio" || type === "video") return type;
  return type === "application" && protocol.includes("SCTP") ? "data" : "unknown";
}
