import { MAX_SDP_BYTES } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { judgeOffer } from "../../src/sdp/judge-offer.ts";
import { SDP_RULES, type SdpRule } from "../../src/sdp/rules.ts";
import { judged, lineCount, lineOf, offers, sdpNamed } from "./sdp-fixtures.ts";

const chrome = sdpNamed(offers, "chrome-data-channel");
const dataSection = chrome.slice(chrome.indexOf("m=application"));
const audioSection = chrome.slice(chrome.indexOf("m=audio"), chrome.indexOf("m=application"));
const candidate = "a=candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host\r\n";

interface Breach {
  rule: SdpRule;
  by: string;
  sdp: string;
  /** The line at fault: its number, or what it looks like in the broken offer. */
  at: number | RegExp;
}

const breaches: Breach[] = [
  { rule: "too-large", by: "one byte too many", sdp: padded(MAX_SDP_BYTES + 1), at: 1 },
  { rule: "too-many-lines", by: "501 lines", sdp: chrome + "a=x\r\n".repeat(501 - lineCount(chrome)), at: 501 },
  { rule: "control-character", by: "a NUL", sdp: chrome.replace("s=-", "s=\0"), at: /^s=/ },
  { rule: "control-character", by: "a tab", sdp: chrome.replace("BUNDLE 0", "BUNDLE\t0"), at: /BUNDLE/ },
  { rule: "control-character", by: "a CR alone", sdp: chrome.replace("t=0 0\r\n", "t=0 0\r"), at: 4 },
  { rule: "control-character", by: "a CR too many", sdp: chrome.replace("t=0 0\r\n", "t=0 0\r\r\n"), at: 4 },
  { rule: "control-character", by: "a line separator", sdp: chrome.replace("s=-", "s=\u2028"), at: 3 },
  { rule: "control-character", by: "half a surrogate pair", sdp: chrome.replace("s=-", "s=\ud83d"), at: 3 },
  { rule: "final-line-end", by: "no text", sdp: "", at: 1 },
  { rule: "final-line-end", by: "a trimmed end", sdp: chrome.trimEnd(), at: lineCount(chrome) },
  { rule: "line-form", by: "an empty line", sdp: chrome.replace("t=0 0\r\n", "\r\nt=0 0\r\n"), at: 4 },
  { rule: "line-form", by: "an upper-case letter", sdp: chrome.replace("a=sendrecv", "A=sendrecv"), at: /^A=/ },
  { rule: "line-form", by: "no equals sign", sdp: chrome.replace("a=sendrecv", "a sendrecv"), at: /^a sendrecv/ },
  { rule: "line-form", by: "a byte order mark", sdp: `\ufeff${chrome}`, at: 1 },
  { rule: "version-first", by: "version 1", sdp: chrome.replace("v=0", "v=1"), at: 1 },
  { rule: "version-first", by: "another line first", sdp: chrome.replace("v=0\r\n", ""), at: 1 },
  { rule: "media-line", by: "no formats", sdp: chrome.replace(/^(m=audio \d+ \S+).*$/m, "$1"), at: /^m=audio/ },
  { rule: "media-line", by: "a port that is no number", sdp: chrome.replace("m=audio 9", "m=audio x"), at: /^m=audio/ },

  { rule: "video-section", by: "video", sdp: chrome.replace("m=application", "m=video"), at: /^m=video/ },
  { rule: "unknown-section", by: "text", sdp: chrome.replace("m=application", "m=text"), at: /^m=text/ },
  { rule: "unknown-section", by: "another application", sdp: chrome.replace("/SCTP ", "/BFCP "), at: /^m=application/ },
  { rule: "second-audio-section", by: "two", sdp: chrome + audioSection, at: lineCount(chrome) + 1 },
  { rule: "second-data-section", by: "two", sdp: chrome + dataSection, at: lineCount(chrome) + 1 },
  { rule: "audio-section-missing", by: "only data", sdp: chrome.replace(audioSection, ""), at: /^a=max-message-size/ },
  { rule: "audio-section-missing", by: "no section", sdp: "v=0\r\ns=-\r\n", at: 2 },
  { rule: "audio-rejected", by: "port 0", sdp: chrome.replace("m=audio 9", "m=audio 0"), at: /^m=audio/ },
  { rule: "audio-rejected", by: "port 00", sdp: chrome.replace("m=audio 9", "m=audio 00"), at: /^m=audio/ },

  { rule: "mid", by: "none", sdp: chrome.replace("a=mid:1\r\n", ""), at: /^m=application/ },
  { rule: "mid", by: "two", sdp: chrome.replace("a=mid:1", "a=mid:1\r\na=mid:2"), at: /^a=mid:2/ },
  { rule: "mid", by: "one twice", sdp: chrome.replace("a=mid:1", "a=mid:0"), at: lineOf(chrome, /^a=mid:1/) },
  { rule: "mid", by: "one that is no token", sdp: chrome.replace("a=mid:1", "a=mid:a b"), at: /^a=mid:a b/ },
  { rule: "bundle-group", by: "two groups", sdp: chrome.replace(/^(a=group.*\r\n)/m, "$1$1"), at: 6 },
  { rule: "bundle-group", by: "a mid of no section", sdp: chrome.replace("BUNDLE 0 1", "BUNDLE 0 1 2"), at: /BUNDLE/ },
  { rule: "bundle-group", by: "a mid twice", sdp: chrome.replace("BUNDLE 0 1", "BUNDLE 0 1 1"), at: /BUNDLE/ },
  { rule: "bundle-missing", by: "no group", sdp: chrome.replace(/^a=group.*\r\n/m, ""), at: /^m=audio/ },
  { rule: "bundle-missing", by: "audio alone", sdp: chrome.replace("BUNDLE 0 1", "BUNDLE 0"), at: /^m=application/ },

  { rule: "opus-missing", by: "no such codec", sdp: chrome.replace("opus/48000", "speex/48000"), at: /^m=audio/ },
  { rule: "opus-missing", by: "a codec named 7", sdp: chrome.replace("opus/48000", "7/48000"), at: /^m=audio/ },
  { rule: "opus-missing", by: "none in the m= line", sdp: chrome.replace("SAVPF 111 ", "SAVPF "), at: /^m=audio/ },
  { rule: "rtcp-mux-missing", by: "none", sdp: chrome.replace("a=rtcp-mux\r\n", ""), at: /^m=audio/ },
  { rule: "ice-ufrag", by: "none", sdp: chrome.replace(/^a=ice-ufrag.*\r\n/m, ""), at: /^m=audio/ },
  { rule: "ice-ufrag", by: "3 characters", sdp: chrome.replace(/ice-ufrag:.*/, "ice-ufrag:abc"), at: /:abc$/ },
  {
    rule: "ice-ufrag",
    by: "257 characters",
    sdp: chrome.replace(/ice-ufrag:.*/, `ice-ufrag:${long(257)}`),
    at: /x{257}/,
  },
  { rule: "ice-ufrag", by: "a hyphen", sdp: chrome.replace(/ice-ufrag:.*/, "ice-ufrag:ab-cd"), at: /ab-cd/ },
  {
    rule: "ice-ufrag",
    by: "a bad one before a good one",
    sdp: chrome.replace("a=ice-ufrag", "a=ice-ufrag:?\r\na=ice-ufrag"),
    at: /ufrag:\?/,
  },
  { rule: "ice-pwd", by: "none", sdp: chrome.replace(/^a=ice-pwd.*\r\n/m, ""), at: /^m=audio/ },
  { rule: "ice-pwd", by: "21 characters", sdp: chrome.replace(/ice-pwd:.*/, `ice-pwd:${long(21)}`), at: /:x{21}$/ },
  { rule: "ice-pwd", by: "257 characters", sdp: chrome.replace(/ice-pwd:.*/, `ice-pwd:${long(257)}`), at: /x{257}/ },
  { rule: "ice-pwd", by: "a space", sdp: chrome.replace(/ice-pwd:.*/, `ice-pwd:${long(11)} ${long(11)}`), at: / x/ },
  { rule: "too-many-candidates", by: "65", sdp: chrome + candidate.repeat(65), at: lineCount(chrome) + 65 },
  { rule: "fingerprint", by: "none", sdp: chrome.replace(/^a=fingerprint.*\r\n/m, ""), at: /^m=audio/ },
  {
    rule: "fingerprint",
    by: "a pair too few",
    sdp: chrome.replace(/(fingerprint.*):..\r/, "$1\r"),
    at: /^a=fingerprint/,
  },
  { rule: "fingerprint", by: "a wrong digit", sdp: chrome.replace(/(fingerprint.*):..\r/, "$1:0G\r"), at: /:0G$/ },
  { rule: "fingerprint", by: "a third word", sdp: chrome.replace(/(fingerprint.*)\r/, "$1 x\r"), at: / x$/ },
  { rule: "fingerprint", by: "another length", sdp: chrome.replace("sha-256", "sha-512"), at: /sha-512/ },
  { rule: "fingerprint-algorithm", by: "sha-1", sdp: chrome.replace("sha-256", "sha-1"), at: /sha-1 / },
  { rule: "setup", by: "none", sdp: chrome.replace("a=setup:actpass\r\n", ""), at: /^m=audio/ },
  { rule: "setup", by: "passive", sdp: chrome.replace("a=setup:actpass", "a=setup:passive"), at: /passive/ },
];

describe("an offer passes", () => {
  test.each([...offers])("from %s", (_name, sdp) => {
    expect(judgeOffer(sdp)).toMatchObject({ ok: true, offer: { sdp } });
  });

  test.each([
    ["lines end with LF", chrome.replaceAll("\r\n", "\n")],
    ["it is as large as may be", padded(MAX_SDP_BYTES)],
    ["it has as many lines as may be", chrome + "a=x\r\n".repeat(500 - lineCount(chrome))],
    ["it has as many candidates as may be", chrome + candidate.repeat(64)],
    ["it holds bandwidths and unknown attributes", chrome.replace("a=sendrecv", "b=AS:40\r\na=x-new:1\r\na=sendrecv")],
    ["a line says more than ASCII", chrome.replace("s=-", "s=Gespräch 🎤")],
    ["the DTLS role is active", chrome.replaceAll("a=setup:actpass", "a=setup:active")],
    ["ICE uses all its characters", chrome.replaceAll(/(ice-ufrag:).*/g, "$1a+/9").replaceAll(/(ice-pwd:)./g, "$1+")],
    ["the hash is stronger", chrome.replaceAll(/sha-256 .*/g, `SHA-512 ${Array(64).fill("0a").join(":")}`)],
    ["the data channel is rejected and in no group", withRejectedData().replace("BUNDLE 0 1", "BUNDLE 0")],
    ["audio is bundle-only", chrome.replace("m=audio 9", "m=audio 0").replace("a=mid:0", "a=bundle-only\r\na=mid:0")],
    ["the data channel is of the old form", chrome.replace(/^m=application.*/m, "m=application 9 DTLS/SCTP 5000")],
  ])("when %s", (_case, sdp) => {
    expect(judgeOffer(sdp)).toMatchObject({ ok: true, offer: { sdp } });
  });

  test("and tells what sealing it and judging its answer need", () => {
    expect(judged(chrome)).toMatchObject({
      audioMid: "0",
      dataChannel: { mid: "1", index: 1, protocol: "UDP/DTLS/SCTP", format: "webrtc-datachannel" },
      opusPayloadTypes: ["111"],
      setup: "actpass",
    });
    expect(judged(sdpNamed(offers, "gstreamer"))).toMatchObject({
      audioMid: "audio0",
      dataChannel: undefined,
      opusPayloadTypes: ["97"],
    });
    expect(judged(sdpNamed(offers, "firefox-gathered"))).toMatchObject({ opusPayloadTypes: ["109"] });
  });
});

describe("an offer is refused", () => {
  test.each(breaches)("for $rule: $by", ({ rule, sdp, at }) => {
    const line = typeof at === "number" ? at : lineOf(sdp, at);
    expect(judgeOffer(sdp)).toEqual({ ok: false, fault: { rule, line } });
  });

  test("by every rule that is not for answers alone", () => {
    const tested = new Set<string>([...breaches.map(({ rule }) => rule), "sections-differ", "mid-differs"]);
    expect([...tested].toSorted()).toEqual(Object.keys(SDP_RULES).toSorted());
  });
});

function padded(bytes: number): string {
  return `${chrome}a=${"x".repeat(bytes - chrome.length - 4)}\r\n`;
}

function long(characters: number): string {
  return "x".repeat(characters);
}

function withRejectedData(): string {
  return chrome.replace("m=application 9", "m=application 0");
}
