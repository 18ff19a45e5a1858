/** What a request asks for. */
export interface RequestTarget {
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
}

/** Takes the target of a request apart, in either form that servers must accept (RFC 9112, section 3.2). */
export function readTarget(url: string): RequestTarget {
  const target = url.replace(/^https?:\/\/[^/?#]+/i, "");
  const end = target.search(/[?#]/);
  return end === -1 ? { path: target, query: "" } : { path: target.slice(0, end), query: target.slice(end + 1) };
}
