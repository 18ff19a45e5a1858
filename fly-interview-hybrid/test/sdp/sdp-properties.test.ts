import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAnswer } from "../../src/sdp/judge-answer.ts";
import { judgeOffer } from "../../src/sdp/judge-offer.ts";
import { sealOffer } from "../../src/sdp/seal.ts";
import { anyLines, anyText, damaged } from "./hostile-sdp.ts";
import { answers, judged, offers, sdpNamed } from "./sdp-fixtures.ts";

describe("any text gets a verdict with a line within it", () => {
  test("as an offer, and one that passes does so when sealed", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyLines, damaged(offers)), (text) => {
        const first = judgeOffer(text);
        const judgement = first.ok ? judgeOffer(sealOffer(first.offer).upstreamSdp) : first;
        expect([PASSED, ...linesOf(text)]).toContain(lineAtFault(judgement));
        expect(first.ok).toBe(judgement.ok);
      }),
      { numRuns: 2000 },
    );
  });

  test("as an answer, sealed or not", () => {
    const offer = judged(sdpNamed(offers, "aiortc"));
    fc.assert(
      fc.property(fc.oneof(anyText, anyLines, damaged(answers)), fc.boolean(), (text, sealed) => {
        const answer = sealed ? sealOffer(offer).unseal(text) : text;
        expect([PASSED, ...linesOf(answer)]).toContain(lineAtFault(judgeAnswer(answer, offer)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("sealing", () => {
  const session = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"];
  const transport = [
    `a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}`,
    "a=setup:active",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:abcdefghijklmnopqrstuv",
  ];
  const audio = ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtcp-mux", "a=rtpmap:111 opus/48000/2", ...transport];
  const mid = fc.stringMatching(/^[0-9A-Za-z!#$%&'*+.^_`{|}~-]{1,16}$/);
  const layout = fc.record({
    mids: fc.tuple(mid, mid).filter(([one, other]) => one !== other),
    dataFirst: fc.boolean(),
    groupReversed: fc.boolean(),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    more: fc.array(fc.stringMatching(/^a=x-[a-z]{1,8}:[ -~]{0,30}$/), { maxLength: 4 }),
  });

  test("makes of an offer with data the offer without, and of its answer the answer with data rejected", () => {
    fc.assert(
      fc.property(layout, ({ mids: [audioMid, dataMid], dataFirst, groupReversed, lineEnd, more }) => {
        const inOrder = <Part>(reversed: boolean, first: Part, second: Part) =>
          reversed ? [second, first] : [first, second];
        const write = (lines: string[]) => [...lines, ""].join(lineEnd);
        const head = (group: string[]) => [...session, `a=group:BUNDLE ${group.join(" ")}`, ...more];
        const audioSection = [...audio, `a=mid:${audioMid}`, ...more];
        const dataSection = [
          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
          `a=mid:${dataMid}`,
          ...transport,
          ...more,
        ];
        const rejected = [
          "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
          "c=IN IP4 0.0.0.0",
          `a=mid:${dataMid}`,
          "a=inactive",
        ];

        const offer = judged(
          write([
            ...head(inOrder(groupReversed, audioMid, dataMid)),
            ...inOrder(dataFirst, audioSection, dataSection).flat(),
          ]),
        );
        const sealed = sealOffer(offer);
        expect(sealed.upstreamSdp).toBe(write([...head([audioMid]), ...audioSection]));

        const passive = audioSection.map((line) => line.replace("setup:active", "setup:passive"));
        const unsealed = sealed.unseal(write([...head([audioMid]), ...passive]));
        expect(unsealed).toBe(write([...head([audioMid]), ...inOrder(dataFirst, passive, rejected).flat()]));
        expect(judgeAnswer(unsealed, offer)).toEqual({ ok: true });
      }),
    );
  });
});

const PASSED = "passed";

function lineAtFault(judgement: ReturnType<typeof judgeAnswer>): number | typeof PASSED {
  return judgement.ok ? PASSED : judgement.fault.line;
}

/** The numbers of all lines, from 1; text after the last line end is a line. */
function linesOf(text: string): number[] {
  return text.split("\n").map((_line, index) => index + 1);
}
