import { describeSdp, type SdpDescription, type SdpSection, type SectionKind } from "./description.ts";
import { audioFault, opusPayloadTypes } from "./judge-audio.ts";
import { bundleFault, bundleGroups, midFault, midOf } from "./judge-bundle.ts";
import { effectiveAttribute, transportFault } from "./judge-transport.ts";
import type { SdpLine } from "./line-index.ts";
import { fault, type SdpFault } from "./rules.ts";

export type { SdpFault } from "./rules.ts";

/** The verdict on an offer. */
export type OfferJudgement =
  | { readonly ok: true; readonly offer: JudgedOffer }
  | { readonly ok: false; readonly fault: SdpFault };

/** An offer that passed: its bytes, and what sealing it and judging its answer need. */
export interface JudgedOffer {
  /** The very string that was judged. */
  readonly sdp: string;
  readonly audioMid: string;
  /** Undefined where the offer has no data-channel section. */
  readonly dataChannel: OfferedDataChannel | undefined;
  /** Kind and mid of each section, in order. */
  readonly sections: readonly OfferedSection[];
  /** Payload types the offer gives to opus; at least one. */
  readonly opusPayloadTypes: readonly string[];
  /** DTLS role: `actpass` or `active`. */
  readonly setup: string;
}

export interface OfferedSection {
  readonly kind: SectionKind;
  readonly mid: string;
}

/** A data-channel section and where it stands in the offer. */
export interface OfferedDataChannel {
  readonly mid: string;
  /** Its place among the sections, from 0. */
  readonly index: number;
  /** Protocol of the `m=` line. */
  readonly protocol: string;
  /** Format of the `m=` line. */
  readonly format: string;
  /** Offset in the offer of the section's first character. */
  readonly start: number;
  /** Offset in the offer after the section. */
  readonly end: number;
  /** The line of the BUNDLE group. Undefined only where the section is rejected, and so may do without. */
  readonly bundleLine: SdpLine | undefined;
}

/** Judges a browser's offer by every rule of the table. Never throws; its work is linear in the length of the text. */
export function judgeOffer(sdp: string): OfferJudgement {
  const described = describeSdp(sdp);
  if (!described.ok) return described;
  const { description } = described;

  const misplaced = sectionFault(description);
  if (misplaced) return { ok: false, fault: misplaced };
  const audio = description.sections.find(({ kind }) => kind === "audio");
  if (!audio) return { ok: false, fault: fault("audio-section-missing", description.lines.length) };

  const broken =
    audioFault(audio, opusPayloadTypes(audio)) ??
    midFault(description) ??
    bundleFault(description) ??
    transportFault(description, audio, { iceUfrag: /^[A-Za-z0-9+/]{4,256}$/, setups: ["actpass", "active"] });
  return broken ? { ok: false, fault: broken } : { ok: true, offer: judgedOffer(sdp, description, audio) };
}

function sectionFault({ sections }: SdpDescription): SdpFault | undefined {
  const seen = new Set<SectionKind>();
  for (const { kind, mediaLine } of sections) {
    if (kind === "video" || kind === "unknown") return fault(`${kind}-section`, mediaLine.number);
    if (seen.has(kind)) return fault(`second-${kind}-section`, mediaLine.number);
    seen.add(kind);
  }
  return undefined;
}

function judgedOffer(sdp: string, description: SdpDescription, audio: SdpSection): JudgedOffer {
  const sections = description.sections.map((section) => ({ kind: section.kind, mid: midOf(section) }));
  return {
    sdp,
    audioMid: midOf(audio),
    dataChannel: offeredDataChannel(description),
    sections,
    opusPayloadTypes: opusPayloadTypes(audio),
    setup: effectiveAttribute(description, audio, "setup")?.value ?? "",
  };
}

function offeredDataChannel({ sections, sessionLines }: SdpDescription): OfferedDataChannel | undefined {
  const index = sections.findIndex(({ kind }) => kind === "data");
  const section = sections[index];
  const lastLine = section?.lines.at(-1);
  if (!section || !lastLine) return undefined;
  return {
    mid: midOf(section),
    index,
    protocol: section.protocol,
    format: section.formats.join(" "),
    start: section.mediaLine.start,
    end: lastLine.end,
    bundleLine: bundleGroups(sessionLines)[0]?.line,
  };
}
