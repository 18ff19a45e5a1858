import { describe, expect, test } from "vitest";
import { judgeAnswer } from "../../src/sdp/judge-answer.ts";
import { judgeOffer } from "../../src/sdp/judge-offer.ts";
import { sealOffer } from "../../src/sdp/seal.ts";
import { answers, judged, offers, sdpNamed } from "./sdp-fixtures.ts";

const withData = [...offers].filter(([, sdp]) => sdp.includes("m=application"));
const withoutData = [...offers].filter(([, sdp]) => !sdp.includes("m=application"));
const answer = sdpNamed(answers, "openai-audio-only");
const rejected = ["m=application 0 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:1", "a=inactive", ""];

describe("sealing an offer without a data channel", () => {
  test.each(withoutData)("changes nothing for %s", (_name, sdp) => {
    const sealed = sealOffer(judged(sdp));
    expect(sealed.upstreamSdp).toBe(sdp);
    expect(sealed.unseal("any answer")).toBe("any answer");
  });
});

describe("sealing an offer with a data channel", () => {
  test.each(withData)("leaves an audio-only offer of the same bytes for %s", (_name, sdp) => {
    const offer = judged(sdp);
    const { upstreamSdp } = sealOffer(offer);
    const [kept] = sdp.split(/^m=application/m);
    expect(upstreamSdp).toBe(kept?.replace(/^(a=group:BUNDLE) .*/m, `$1 ${offer.audioMid}`));
    expect(judgeOffer(upstreamSdp)).toMatchObject({ ok: true, offer: { dataChannel: undefined } });
  });

  test("cuts a section that comes first, and only its mid", () => {
    const offer = inReverse(sdpNamed(offers, "chrome-data-channel")).replace("BUNDLE 0 1", "BUNDLE 1 0");
    const upstreamSdp = sealOffer(judged(offer)).upstreamSdp;
    expect(upstreamSdp).toBe(sealOffer(judged(sdpNamed(offers, "chrome-data-channel"))).upstreamSdp);
  });

  test("cuts a rejected section that is in no group", () => {
    const loose = sdpNamed(offers, "chrome-data-channel")
      .replace("BUNDLE 0 1", "BUNDLE 0")
      .replace("m=application 9", "m=application 0");
    expect(sealOffer(judged(loose)).upstreamSdp).toBe(loose.slice(0, loose.indexOf("m=application")));
  });
});

describe("unsealing an answer", () => {
  const chrome = judged(sdpNamed(offers, "chrome-data-channel"));

  test("puts the data channel back, rejected, after the audio", () => {
    const unsealed = sealOffer(chrome).unseal(answer);
    expect(unsealed).toBe(answer + rejected.join("\r\n"));
    expect(judgeAnswer(unsealed, chrome)).toEqual({ ok: true });
  });

  test("puts it back before the audio, where it was offered first", () => {
    const offer = judged(inReverse(chrome.sdp));
    const unsealed = sealOffer(offer).unseal(answer);
    const [session, audio] = answer.split(/(?=^m=audio)/m);
    expect(unsealed).toBe(`${session}${rejected.join("\r\n")}${audio}`);
    expect(judgeAnswer(unsealed, offer)).toEqual({ ok: true });
  });

  test("takes the answer's own line ends", () => {
    const unsealed = sealOffer(chrome).unseal(answer.replaceAll("\r\n", "\n"));
    expect(unsealed).toBe((answer + rejected.join("\r\n")).replaceAll("\r\n", "\n"));
  });

  test("leaves an answer that has lost its final line end to be refused for that", () => {
    const trimmed = answer.trimEnd();
    const unsealed = sealOffer(chrome).unseal(trimmed);
    expect(unsealed).toBe(trimmed);
    expect(judgeAnswer(unsealed, chrome)).toMatchObject({ ok: false, fault: { rule: "final-line-end" } });
  });

  test("leaves an answer that has the data channel after all to be refused for that", () => {
    const unsealed = sealOffer(chrome).unseal(sdpNamed(answers, "openai-active").replaceAll(/\b96\b/g, "111"));
    expect(judgeAnswer(unsealed, chrome)).toMatchObject({ ok: false, fault: { rule: "sections-differ" } });
  });
});

function inReverse(sdp: string): string {
  const [session, audio, data] = sdp.split(/(?=^m=)/m);
  return `${session}${data}${audio}`;
}
