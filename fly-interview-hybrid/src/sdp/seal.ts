import type { JudgedOffer, OfferedDataChannel } from "./judge-offer.ts";

/** An offer as it goes upstream, and the way back. */
export interface SealedOffer {
  /** The offer without its data channel; the very same string where it has none. */
  readonly upstreamSdp: string;
  /**
   * The answer for the browser: the data channel put back in its place as rejected, since an answer must have the
   * sections of its offer (RFC 3264, section 6). The identity where none was taken out.
   */
  unseal(answerSdp: string): string;
}

/** Takes nothing out: for open sessions. */
export function leaveOpen({ sdp }: JudgedOffer): SealedOffer {
  return { upstreamSdp: sdp, unseal: (answerSdp) => answerSdp };
}

/** Takes the data channel out of an offer: its section and its mid in the BUNDLE group. All other bytes stay. */
export function sealOffer(offer: JudgedOffer): SealedOffer {
  const { sdp, dataChannel } = offer;
  if (!dataChannel) return leaveOpen(offer);
  return {
    upstreamSdp: withoutDataChannel(sdp, dataChannel),
    unseal: (answerSdp) => withRejectedDataChannel(answerSdp, dataChannel),
  };
}

function withoutDataChannel(sdp: string, { mid, start, end, bundleLine }: OfferedDataChannel): string {
  const kept = sdp.slice(0, start) + sdp.slice(end);
  if (!bundleLine) return kept;
  // The group stands before the section, so that its offsets still hold.
  const group = bundleLine.text.split(" ").filter((word) => word !== mid);
  const lineEnd = bundleLine.start + bundleLine.text.length;
  return kept.slice(0, bundleLine.start) + group.join(" ") + kept.slice(lineEnd);
}

function withRejectedDataChannel(answerSdp: string, { mid, index, protocol, format }: OfferedDataChannel): string {
  // An answer without its final line end is left for judgeAnswer to refuse; lines added to it would hide the fault.
  if (!answerSdp.endsWith("\n")) return answerSdp;
  const lineEnd = answerSdp.endsWith("\r\n") ? "\r\n" : "\n";
  const place = [...answerSdp.matchAll(/^m=/gm)][index]?.index ?? answerSdp.length;
  const rejected = [`m=application 0 ${protocol} ${format}`, "c=IN IP4 0.0.0.0", `a=mid:${mid}`, "a=inactive", ""];
  return answerSdp.slice(0, place) + rejected.join(lineEnd) + answerSdp.slice(place);
}
