/** One line of an SDP: what it says and where it stands. */
export interface SdpLine {
  /** From 1. */
  readonly number: number;
  /** Offset in the SDP of the first character. */
  readonly start: number;
  /** Offset in the SDP after the line end. */
  readonly end: number;
  /** Without the line end. */
  readonly text: string;
  /** The name of an `a=` line. */
  readonly attribute: string | undefined;
}

/** An attribute line, `a=<name>` or `a=<name>:<value>`. */
export interface SdpAttribute {
  readonly line: SdpLine;
  /** Empty where there is none. */
  readonly value: string;
}

/** The lines of a text whose every line ends with LF or CRLF. */
export function indexLines(sdp: string): SdpLine[] {
  const lines: SdpLine[] = [];
  for (let start = 0; start < sdp.length; ) {
    const end = sdp.indexOf("\n", start) + 1;
    const text = sdp.slice(start, sdp[end - 2] === "\r" ? end - 2 : end - 1);
    lines.push({ number: lines.length + 1, start, end, text, attribute: attributeOf(text) });
    start = end;
  }
  return lines;
}

function attributeOf(text: string): string | undefined {
  if (!text.startsWith("a=")) return undefined;
  const colon = text.indexOf(":");
  return colon === -1 ? text.slice(2) : text.slice(2, colon);
}

/**
 * All attributes of this name. A rule must hold for each one that is repeated, because the peer that reads the same text may
 * take any of them.
 */
export function attributes(lines: readonly SdpLine[], name: string): SdpAttribute[] {
  const found: SdpAttribute[] = [];
  for (const line of lines)
    if (line.attribute === name) found.push({ line, value: line.text.slice("a=:".length + name.length) });
  return found;
}
