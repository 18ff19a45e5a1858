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
    lines.push({ number: lines.length + 1, start, end, text: sdp.slice(start, end).replace(/\r?\n$/, "") });
    start = end;
  }
  return lines;
}

/**
 * All attributes of this name. sdp-transform keeps only the last of a repeated attribute; a rule must hold for each,
 * because the peer that reads the same text may take another one.
 */
export function attributes(lines: readonly SdpLine[], name: string): SdpAttribute[] {
  const flag = `a=${name}`;
  return lines
    .filter(({ text }) => text.startsWith(flag) && (text.length === flag.length || text[flag.length] === ":"))
    .map((line) => ({ line, value: line.text.slice(flag.length + 1) }));
}
