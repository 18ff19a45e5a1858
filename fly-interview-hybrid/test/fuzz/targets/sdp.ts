import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "sdp-transform";
import { judgeAnswer } from "../../../src/sdp/judge-answer.ts";
import { type JudgedOffer, judgeOffer, type SdpFault } from "../../../src/sdp/judge-offer.ts";
import { SDP_RULES } from "../../../src/sdp/rules.ts";
import { sealOffer } from "../../../src/sdp/seal.ts";
import { anyLines, anyText, damaged } from "../../sdp/hostile-sdp.ts";
import { answers, offers } from "../../sdp/sdp-fixtures.ts";
import type { FuzzTarget } from "../target.ts";

interface SdpPair {
  readonly offer: string;
  /** Judged where the offer passes; else against one that does. */
  readonly answer: string;
}

const anyOffer = fc.oneof(
  { weight: 6, arbitrary: damaged(offers) },
  { weight: 1, arbitrary: anyLines },
  { weight: 1, arbitrary: anyText },
  // Almost as long as is let in, so that work which grows faster than the text shows.
  {
    weight: 1,
    arbitrary: fc
      .tuple(damaged(offers), fc.stringMatching(/^[a-z]=[!-~ ]{0,20}$/), fc.integer({ min: 1, max: 3000 }))
      .map(([sdp, line, times]) => sdp + `${line}\r\n`.repeat(times)),
  },
);

const passing = [...offers.values()].map((sdp) => passed(sdp));

/** Judges damaged offers and answers, and asks another parser whether what passed is what the rules promise. */
export const sdpTarget: FuzzTarget<SdpPair> = {
  name: "sdp",
  counts: "SDPs",
  inputs: fc.record({ offer: anyOffer, answer: fc.oneof(damaged(answers), damaged(offers), anyLines) }),
  attempt({ offer, answer }) {
    const judgement = judgeOffer(offer);
    if (judgement.ok) checkPassed(judgement.offer, offer);
    else checkFault(judgement.fault, offer);

    const answered = judgement.ok ? judgement.offer : passing[answer.length % passing.length];
    if (answered === undefined) return 1;
    const forBrowser = sealOffer(answered).unseal(answer);
    const verdict = judgeAnswer(forBrowser, answered);
    if (verdict.ok) assert.equal(audioSectionsOf(forBrowser), 1, "an answer that passed has one audio section");
    else checkFault(verdict.fault, forBrowser);
    return 2;
  },
};

function checkPassed(judged: JudgedOffer, offer: string): void {
  assert.equal(judged.sdp, offer, "the very bytes go upstream");
  checkSections(offer, judged.dataChannel === undefined ? ["audio"] : ["audio", "application"]);
  const { upstreamSdp } = sealOffer(judged);
  assert.ok(judgeOffer(upstreamSdp).ok, "what is sealed passes too");
  checkSections(upstreamSdp, ["audio"]);
}

function checkSections(sdp: string, kinds: readonly string[]): void {
  const { media } = parse(sdp);
  assert.deepEqual(media.map(({ type }) => type).toSorted(), kinds.toSorted(), "another parser sees the same sections");
  const audio = media.find(({ type }) => type === "audio");
  assert.ok(audio !== undefined && (audio.port > 0 || /^a=bundle-only\r?$/m.test(sdp)), "the audio is wanted");
  assert.ok(
    // It makes numbers of names that look like one.
    audio.rtp.some(({ codec }) => /^opus$/i.test(codec)),
    "another parser sees opus",
  );
}

function audioSectionsOf(sdp: string): number {
  return sdp.split(/\r?\n/).filter((line) => line.startsWith("m=audio ")).length;
}

function checkFault({ rule, line }: SdpFault, sdp: string): void {
  assert.ok(Object.hasOwn(SDP_RULES, rule), "the rule is one of the table");
  assert.ok(Number.isInteger(line) && line >= 1 && line <= sdp.split("\n").length, "the line is one of the text");
}

function passed(sdp: string): JudgedOffer {
  const judgement = judgeOffer(sdp);
  assert.ok(judgement.ok, "a fixture passes");
  return judgement.offer;
}
