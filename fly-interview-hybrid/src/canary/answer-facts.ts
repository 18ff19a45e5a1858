import { describeSdp, type SdpDescription } from "../sdp/description.ts";
import { attributes } from "../sdp/line-index.ts";

/** What of an answer may be told: names, roles and counts. */
export interface AnswerFacts {
  /** By transport and type, such as `udp host`. */
  readonly candidates: Readonly<Record<string, number>>;
  readonly setup: string;
  readonly isIceLite: boolean;
  readonly codecs: readonly string[];
  /** True where the voice belongs to a stream: browsers play `event.streams[0]`. */
  readonly namesStream: boolean;
  /** Attributes that no answer had when the contract was written down. */
  readonly unknownAttributes: readonly string[];
}

/** As recorded of OpenAI and of Azure, in 2026. */
const KNOWN_ATTRIBUTES = new Set(
  `candidate end-of-candidates extmap extmap-allow-mixed fingerprint fmtp group ice-lite ice-pwd ice-ufrag
   max-message-size mid msid msid-semantic rtcp-mux rtcp-rsize rtpmap sctp-port sendrecv setup ssrc`.split(/\s+/),
);

/** `undefined` for what is no SDP. */
export function answerFacts(sdp: string): AnswerFacts | undefined {
  const described = describeSdp(sdp);
  if (!described.ok) return undefined;
  const { description } = described;
  const { lines, sections } = description;
  return {
    candidates: candidatesOf(description),
    setup: nameOf(attributes(lines, "setup")[0]?.value),
    isIceLite: attributes(lines, "ice-lite").length > 0,
    codecs: sections.flatMap(({ codecs }) => codecs.map(({ name }) => nameOf(name.toLowerCase()))),
    namesStream: attributes(lines, "msid").some(({ value }) => /^[^- ]/.test(value)),
    unknownAttributes: [...new Set(lines.map(({ text }) => /^a=([^:]*)/.exec(text)?.[1]).map(nameOf))]
      .filter((name) => name !== "none" && !KNOWN_ATTRIBUTES.has(name))
      .toSorted(),
  };
}

function candidatesOf({ lines }: SdpDescription): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { value } of attributes(lines, "candidate")) {
    const [, , transport, , , , , type] = value.split(" ");
    const kind = `${nameOf(transport?.toLowerCase())} ${nameOf(type)}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** What is no name of the standards' kind could carry an address or a secret. */
function nameOf(text: string | undefined): string {
  if (text === undefined) return "none";
  return /^[a-z0-9-]{1,40}$/i.test(text) ? text : "*";
}
