import { describeSdp, type SdpDescription } from "./description.ts";
import { audioFault } from "./judge-audio.ts";
import { bundleFault, midFault, midOf } from "./judge-bundle.ts";
import type { JudgedOffer } from "./judge-offer.ts";
import { transportFault, type TransportLimits } from "./judge-transport.ts";
import { fault, type SdpFault } from "./rules.ts";

/** The verdict on an answer. */
export type AnswerJudgement = { readonly ok: true } | { readonly ok: false; readonly fault: SdpFault };

/**
 * Judges an answer as the browser will get it: where the offer was sealed, after `unseal`. Never throws; its work is
 * linear in the length of the text.
 */
export function judgeAnswer(sdp: string, offer: JudgedOffer): AnswerJudgement {
  const described = describeSdp(sdp);
  const broken = described.ok ? answerFault(described.description, offer) : described.fault;
  return broken ? { ok: false, fault: broken } : { ok: true };
}

function answerFault(description: SdpDescription, offer: JudgedOffer): SdpFault | undefined {
  const differing = sectionsFault(description, offer);
  if (differing) return differing;
  const audio = description.sections.find(({ kind }) => kind === "audio");
  return audio
    ? (audioFault(audio, offer.opusPayloadTypes) ??
        midFault(description) ??
        midsFault(description, offer) ??
        bundleFault(description) ??
        transportFault(description, audio, transportLimits(offer)))
    : fault("sections-differ", description.lines.length);
}

function sectionsFault({ sections, lines }: SdpDescription, offer: JudgedOffer): SdpFault | undefined {
  const differing = sections.find(({ kind }, index) => kind !== offer.sections[index]?.kind);
  if (differing) return fault("sections-differ", differing.mediaLine.number);
  return sections.length < offer.sections.length ? fault("sections-differ", lines.length) : undefined;
}

function midsFault({ sections }: SdpDescription, offer: JudgedOffer): SdpFault | undefined {
  const differing = sections.find((section, index) => midOf(section) !== offer.sections[index]?.mid);
  return differing && fault("mid-differs", differing.mediaLine.number);
}

function transportLimits(offer: JudgedOffer): TransportLimits {
  return {
    // Azure writes host names, and so hyphens, into its fragments. Browsers take them.
    iceUfrag: /^[\w+/.-]{4,256}$/,
    setups: offer.setup === "active" ? ["passive"] : ["active", "passive"],
  };
}
