/**
 * Every rule an SDP is judged by, with what its breach means. Some reach past broken text: an interview is one audio
 * section and at most one data channel, whatever else a legal description may ask for. The rules hold for offers and
 * answers unless they say otherwise. The reference in `docs/` is generated from this table.
 */
export const SDP_RULES = {
  "too-large": "The text is larger than 64 KiB. Judged first, so that the work for all other rules is bounded.",
  "too-many-lines":
    "There are more than 500 lines. Real audio offers have fewer than 150, and each line costs some 60 patterns.",
  "control-character":
    "A control character, a CR without LF, or half a surrogate pair, which UTF-8 cannot carry upstream unchanged.",
  "final-line-end": 'The last line has no line end. Providers then read past the text: "failed to unmarshal SDP: EOF".',
  "line-form": "A line is not `<lower-case letter>=<value>` (RFC 8866, section 5).",
  "version-first": "The first line is not `v=0` (RFC 8866, section 5.1).",
  "media-line": "A section does not begin with `m=<media> <port> <protocol> <formats>` (RFC 8866, section 5.14).",
  "video-section": "A video section, in an offer.",
  "unknown-section": "A section that is neither audio, video nor a WebRTC data channel, in an offer.",
  "second-audio-section": "A second audio section, in an offer.",
  "second-data-section": "A second data-channel section, in an offer.",
  "audio-section-missing": "No audio section, in an offer. The line is the last one.",
  "sections-differ":
    "The sections of an answer are not, in number, order and kind, those of the offer (RFC 3264, section 6).",
  "audio-rejected": "The audio section has port 0 and is not bundle-only: it is rejected (RFC 3264, section 6).",
  mid: "A section without exactly one `a=mid`, or with one that is no token or another section's (RFC 8829, section 5.2.1).",
  "mid-differs":
    "A section of an answer has another mid than the offer's section in its place (RFC 9143, section 7.3).",
  "bundle-group":
    "A second BUNDLE group, or one that names a mid twice or a mid that no section has (RFC 9143, section 7.1).",
  "bundle-missing": "Two sections that are not bundled on one transport.",
  "opus-missing":
    "The audio section lists no payload type that is opus; in an answer, none that is opus in the offer too.",
  "rtcp-mux-missing": "The audio section has no `a=rtcp-mux`.",
  "ice-ufrag":
    "The audio has no ICE user name fragment, or one has an illegal length or character (RFC 8839, section 5.4).",
  "ice-pwd": "The audio has no ICE password, or one has an illegal length or character (RFC 8839, section 5.4).",
  "too-many-candidates": "There are more than 64 candidates. The line is that of the first one too many.",
  fingerprint: "The audio has no certificate fingerprint, or one is not the hash it says it is (RFC 8122, section 5).",
  "fingerprint-algorithm": "A certificate fingerprint is of another hash than sha-256, sha-384 or sha-512.",
  setup:
    "The audio has no DTLS role, or one is not allowed: an offer's is `actpass` or `active`, an answer's `active` or `passive`, and `passive` where the offer's is `active` (RFC 8842, section 5; RFC 8829, section 5.2.1).",
} as const satisfies Record<string, string>;

/** Name of a rule of the table. */
export type SdpRule = keyof typeof SDP_RULES;

/** The first rule an SDP breaks. Carries nothing of its text. */
export interface SdpFault {
  readonly rule: SdpRule;
  /** Line at fault, from 1; for something missing, the line it should have been in or after. */
  readonly line: number;
}

/** The fault of breaking this rule in this line. */
export function fault(rule: SdpRule, line: number): SdpFault {
  return { rule, line };
}
