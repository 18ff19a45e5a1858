import type { SdpDescription, SdpSection } from "./description.ts";
import { attributes, type SdpAttribute } from "./line-index.ts";
import { fault, type SdpFault, type SdpRule } from "./rules.ts";

const MAX_CANDIDATES = 64;

/** Length in hexadecimal pairs of each hash that is strong enough. */
const HASH_LENGTHS: ReadonlyMap<string, number> = new Map([
  ["sha-256", 32],
  ["sha-384", 48],
  ["sha-512", 64],
]);

/** What an offer and an answer differ in. */
export interface TransportLimits {
  /** Legal ICE user name fragments. */
  readonly iceUfrag: RegExp;
  /** Legal DTLS roles. */
  readonly setups: readonly string[];
}

/** Judges what carries the audio. A bundled data channel uses the same transport and needs none of its own. */
export function transportFault(
  description: SdpDescription,
  audio: SdpSection,
  { iceUfrag, setups }: TransportLimits,
): SdpFault | undefined {
  return (
    rtcpMuxFault(audio) ??
    attributeFault(description, audio, "ice-ufrag", (value) => iceUfrag.test(value)) ??
    attributeFault(description, audio, "ice-pwd", (value) => /^[A-Za-z0-9+/]{22,256}$/.test(value)) ??
    attributeFault(description, audio, "setup", (value) => setups.includes(value)) ??
    fingerprintAlgorithmFault(description) ??
    attributeFault(description, audio, "fingerprint", isFingerprint) ??
    candidatesFault(description)
  );
}

/** The attribute where it counts for this section: its own, else the session's. */
export function effectiveAttribute(
  { sessionLines }: SdpDescription,
  section: SdpSection,
  name: string,
): SdpAttribute | undefined {
  return attributes(section.lines, name)[0] ?? attributes(sessionLines, name)[0];
}

function rtcpMuxFault({ lines, mediaLine }: SdpSection): SdpFault | undefined {
  return attributes(lines, "rtcp-mux").length === 0 ? fault("rtcp-mux-missing", mediaLine.number) : undefined;
}

/** Every such attribute must be legal, and one must count for the audio. Rule and attribute share their name. */
function attributeFault(
  description: SdpDescription,
  audio: SdpSection,
  name: SdpRule & ("ice-ufrag" | "ice-pwd" | "setup" | "fingerprint"),
  isLegal: (value: string) => boolean,
): SdpFault | undefined {
  const illegal = attributes(description.lines, name).find(({ value }) => !isLegal(value));
  if (illegal) return fault(name, illegal.line.number);
  return effectiveAttribute(description, audio, name) ? undefined : fault(name, audio.mediaLine.number);
}

function fingerprintAlgorithmFault({ lines }: SdpDescription): SdpFault | undefined {
  const foreign = attributes(lines, "fingerprint").find(({ value }) => {
    const [algorithm] = value.split(" ");
    return algorithm !== undefined && !HASH_LENGTHS.has(algorithm.toLowerCase());
  });
  return foreign && fault("fingerprint-algorithm", foreign.line.number);
}

function isFingerprint(value: string): boolean {
  const [algorithm = "", hash = "", ...more] = value.split(" ");
  const pairs = HASH_LENGTHS.get(algorithm.toLowerCase());
  if (pairs === undefined || more.length > 0) return false;
  return hash.length === 3 * pairs - 1 && /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*$/.test(hash);
}

function candidatesFault({ lines }: SdpDescription): SdpFault | undefined {
  const tooMany = attributes(lines, "candidate")[MAX_CANDIDATES];
  return tooMany && fault("too-many-candidates", tooMany.line.number);
}
