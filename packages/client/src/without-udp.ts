/** What is left of the servers where the network lets no UDP pass: relays that are reached over TCP or TLS. */
export function withoutUdpServers(servers: readonly RTCIceServer[]): RTCIceServer[] {
  return servers
    .map((server) => ({ ...server, urls: [server.urls].flat().filter(isOverTcp) }))
    .filter(({ urls }) => urls.length > 0);
}

/** The answer without the addresses that are reached over UDP. */
export function withoutUdpCandidates(answerSdp: string): string {
  return answerSdp.replace(/^a=candidate:\S+ \d+ udp .*\r?\n/gim, "");
}

/** The transport of a `turn:` address is UDP where it names none (RFC 7065, section 3.1). */
function isOverTcp(url: string): boolean {
  return url.startsWith("turns:") || (url.startsWith("turn:") && url.includes("transport=tcp"));
}
