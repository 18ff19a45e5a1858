import { judgeText } from "./judge-text.ts";
import { attributes, type SdpLine } from "./line-index.ts";
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
  const { lines } = text;
  const mediaLines = lines.filter((line) => line.text.startsWith("m="));
  const sections: SdpSection[] = [];
  for (const [index, mediaLine] of mediaLines.entries()) {
    const section = readSection(mediaLine, lines.slice(mediaLine.number - 1, numberBefore(mediaLines[index + 1])));
    if (section === undefined) return { ok: false, fault: fault("media-line", mediaLine.number) };
    sections.push(section);
  }
  return { ok: true, description: { lines, sessionLines: lines.slice(0, numberBefore(mediaLines[0])), sections } };
}

function numberBefore(line: SdpLine | undefined): number | undefined {
  return line && line.number - 1;
}

/** Type, port, protocol and formats of an `m=` line. */
const MEDIA_LINE = /^m=(\w+) (\d{1,5}) ([\w/]+)((?: [^ ]+)+)$/;

/** The payload type and the name of an `a=rtpmap` line. What reads like none names no codec. */
const RTPMAP = /^(\d+) ([\w.-]+)/;

function readSection(mediaLine: SdpLine, lines: readonly SdpLine[]): SdpSection | undefined {
  const [, type, port, protocol, formats] = MEDIA_LINE.exec(mediaLine.text) ?? [];
  if (type === undefined || port === undefined || protocol === undefined || formats === undefined) return undefined;
  return {
    kind: kindOf(type, protocol),
    protocol,
    formats: formats.slice(1).split(" "),
    codecs: attributes(lines, "rtpmap").flatMap(({ value }) => {
      const [, payloadType, name] = RTPMAP.exec(value) ?? [];
      return payloadType === undefined || name === undefined ? [] : [{ payloadType, name }];
    }),
    rejected: /^0+$/.test(port) && attributes(lines, "bundle-only").length === 0,
    mediaLine,
    lines,
  };
}

function kindOf(type: string, protocol: string): SectionKind {
  if (type === "audio" || type === "video") return type;
  return type === "application" && protocol.includes("SCTP") ? "data" : "unknown";
}
