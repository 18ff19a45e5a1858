/** The TURN servers that are reached by one transport; TLS counts as TCP. */
export function relaysOver(transport: "udp" | "tcp", servers: readonly RTCIceServer[]): RTCIceServer[] {
  return servers
    .map((server) => ({ ...server, urls: [server.urls].flat().filter((url) => transportOf(url) === transport) }))
    .filter(({ urls }) => urls.length > 0);
}

/** The answer without the addresses that are reached over UDP. */
export function withoutUdpCandidates(answerSdp: string): string {
  return answerSdp.replace(/^a=candidate:\S+ \d+ udp .*\r?\n/gim, "");
}

/** UDP where a `turn:` address names none (RFC 7065, section 3.1); `undefined` for what is no relay. */
function transportOf(url: string): "udp" | "tcp" | undefined {
  if (!/^turns?:/.test(url)) return undefined;
  return url.startsWith("turns:") || url.includes("transport=tcp") ? "tcp" : "udp";
}
