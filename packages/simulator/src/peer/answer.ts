/** RFC 8445, section 5.1.2.1: type preference of a host candidate, the highest local preference, component 1. */
const LOOPBACK_PRIORITY = 2 ** 24 * 126 + 2 ** 8 * 65_535 + 255;

/**
 * Makes the stack's answer look like OpenAI's where a client could tell: no end of candidates is announced, no lip
 * synchronisation group, no trickling. A loopback candidate comes first, because the stack names only the addresses of
 * the network, and it listens on all; on a host without a network it is there already.
 */
export function finishAnswer(sdp: string): string {
  const [, address, port] = /^a=candidate:.* (\S+) (\d+) typ host/m.exec(sdp) ?? [];
  const loopback = `a=candidate:127 1 UDP ${LOOPBACK_PRIORITY} 127.0.0.1 ${port} typ host\r\n`;
  const cleaned = sdp.replace(/^a=(?:end-of-candidates|group:LS .*|ice-options:.*)\r\n/gm, "");
  return port === undefined || address === "127.0.0.1" ? cleaned : cleaned.replace(/^(?=a=candidate:)/m, loopback);
}
