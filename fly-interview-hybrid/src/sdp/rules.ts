/**
 * Every rule an SDP is judged by, and what its breach is: `SDP_INVALID` for text that is not a well-formed WebRTC
 * description, `SDP_NOT_ALLOWED` for a well-formed one that asks for more, or for something else, than an interview uses.
 * The rules hold for offers and answers unless they say otherwise.
 */
export const SDP_RULES = {
  /** The text is larger than MAX_SDP_BYTES. Judged first, so that the work for all other rules is bounded. */
  "too-large": "SDP_NOT_ALLOWED",
  /** There are more than 1000 lines. Real audio offers have fewer than 150, and each line costs some 60 patterns. */
  "too-many-lines": "SDP_NOT_ALLOWED",
  /** A control character, a CR without LF, or half a surrogate pair, which UTF-8 cannot carry upstream unchanged. */
  "control-character": "SDP_INVALID",
  /** The last line has no line end. Providers then read past the text: "failed to unmarshal SDP: EOF". */
  "final-line-end": "SDP_INVALID",
  /** A line is not `<lower-case letter>=<value>` (RFC 8866, section 5). */
  "line-form": "SDP_INVALID",
  /** The first line is not `v=0` (RFC 8866, section 5.1). */
  "version-first": "SDP_INVALID",
  /** A section does not begin with `m=<media> <port> <protocol> <formats>` (RFC 8866, section 5.14). */
  "media-line": "SDP_INVALID",

  /** A video section, in an offer. */
  "video-section": "SDP_NOT_ALLOWED",
  /** A section that is neither audio, video nor a WebRTC data channel, in an offer. */
  "unknown-section": "SDP_NOT_ALLOWED",
  /** A second audio section, in an offer. */
  "second-audio-section": "SDP_NOT_ALLOWED",
  /** A second data-channel section, in an offer. */
  "second-data-section": "SDP_NOT_ALLOWED",
  /** No audio section, in an offer. The line is the last one. */
  "audio-section-missing": "SDP_NOT_ALLOWED",
  /** The sections of an answer are not, in number, order and kind, those of the offer (RFC 3264, section 6). */
  "sections-differ": "SDP_INVALID",
  /** The audio section has port 0 and is not bundle-only: it is rejected (RFC 3264, section 6). */
  "audio-rejected": "SDP_NOT_ALLOWED",

  /** A section without exactly one `a=mid`, or with one that is no token or another section's (RFC 8829, section 5.2.1). */
  mid: "SDP_INVALID",
  /** A section of an answer has another mid than the offer's section in its place (RFC 9143, section 7.3). */
  "mid-differs": "SDP_INVALID",
  /** A second BUNDLE group, or one that names a mid twice or a mid that no section has (RFC 9143, section 7.1). */
  "bundle-group": "SDP_INVALID",
  /** Two sections that are not bundled on one transport. */
  "bundle-missing": "SDP_NOT_ALLOWED",

  /** The audio section lists no payload type that is opus; in an answer, none that is opus in the offer too. */
  "opus-missing": "SDP_NOT_ALLOWED",
  /** The audio section has no `a=rtcp-mux`. */
  "rtcp-mux-missing": "SDP_NOT_ALLOWED",
  /** The audio has no ICE user name fragment, or one has an illegal length or character (RFC 8839, section 5.4). */
  "ice-ufrag": "SDP_INVALID",
  /** The audio has no ICE password, or one has an illegal length or character (RFC 8839, section 5.4). */
  "ice-pwd": "SDP_INVALID",
  /** There are more than 64 candidates. The line is that of the first one too many. */
  "too-many-candidates": "SDP_NOT_ALLOWED",
  /** The audio has no certificate fingerprint, or one is not the hash it says it is (RFC 8122, section 5). */
  fingerprint: "SDP_INVALID",
  /** A certificate fingerprint is of another hash than sha-256, sha-384 or sha-512. */
  "fingerprint-algorithm": "SDP_NOT_ALLOWED",
  /**
   * The audio has no DTLS role, or one is not allowed: an offer's is `actpass` or `active`, an answer's `active` or
   * `passive`, and `passive` where the offer's is `active` (RFC 8842, section 5; RFC 8829, section 5.2.1).
   */
  setup: "SDP_INVALID",
} as const satisfies Record<string, "SDP_INVALID" | "SDP_NOT_ALLOWED">;

/** Name of a rule of the table. */
export type SdpRule = keyof typeof SDP_RULES;

/** The first rule an SDP breaks. Carries nothing of its text. */
export interface SdpFault {
  readonly code: (typeof SDP_RULES)[SdpRule];
  readonly rule: SdpRule;
  /** Line at fault, from 1; for something missing, the line it should have been in or after. */
  readonly line: number;
}

/** The fault of breaking this rule in this line. */
export function fault(rule: SdpRule, line: number): SdpFault {
  return { code: SDP_RULES[rule], rule, line };
}
