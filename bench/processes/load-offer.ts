/** An audio-only offer as Chromium makes it, told from others by the id of its session. Nothing answers on its line. */
export function loadOffer(index: number): string {
  return [
    "v=0",
    `o=- ${index} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    "a=ice-ufrag:load",
    "a=ice-pwd:2/1muCWoOi3uLifh0NuRHlhh",
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "7B").join(":")}`,
    "a=setup:actpass",
    "a=mid:0",
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtpmap:111 opus/48000/2",
    "",
  ].join("\r\n");
}

/** The index of an offer of {@link loadOffer}. */
export function indexOfOffer(sdp: string): number {
  return Number(/^o=- (\d+) /m.exec(sdp)?.[1]);
}
