/** The least that an offer of audio holds, in place of a browser's. Nobody answers at its other end. */
export const EXAMPLE_OFFER: string = [
  "v=0",
  "o=- 1 1 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  "a=ice-ufrag:9xYz",
  "a=ice-pwd:an+ice+password+of+24chars",
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "A1").join(":")}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=sendrecv",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "",
].join("\r\n");
