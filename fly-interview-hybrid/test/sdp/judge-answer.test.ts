import { describe, expect, test } from "vitest";
import { judgeAnswer } from "../../src/sdp/judge-answer.ts";
import type { SdpRule } from "../../src/sdp/rules.ts";
import { answers, judged, lineCount, lineOf, offers, sdpNamed } from "./sdp-fixtures.ts";

const offer = judged(sdpNamed(offers, "aiortc"));
const audioOnly = judged(sdpNamed(offers, "chrome-audio-only"));
const answer = sdpNamed(answers, "openai-active");
const audioOnlyAnswer = sdpNamed(answers, "openai-audio-only");
const dataSection = answer.slice(answer.indexOf("m=application"));

describe("an answer passes", () => {
  test.each(["openai-active", "openai-passive", "openai-without-ice-lite", "azure"])("from %s", (name) => {
    expect(judgeAnswer(sdpNamed(answers, name), offer)).toEqual({ ok: true });
  });

  test("to an offer of audio alone", () => {
    expect(judgeAnswer(audioOnlyAnswer, audioOnly)).toEqual({ ok: true });
  });

  test.each([
    ["lines end with LF", answer.replaceAll("\r\n", "\n")],
    ["the data channel is rejected", rejectingData(answer).replace("BUNDLE 0 1", "BUNDLE 0")],
    ["audio is sent one way", answer.replace("a=sendrecv", "a=sendonly")],
  ])("when %s", (_case, sdp) => {
    expect(judgeAnswer(sdp, offer)).toEqual({ ok: true });
  });
});

describe("an answer is refused", () => {
  test.each<[rule: SdpRule, by: string, sdp: string, at: number | RegExp]>([
    ["final-line-end", "a trimmed end", answer.trimEnd(), lineCount(answer)],
    ["line-form", "an error message", '{"error":{}}\r\n', /error/],
    ["sections-differ", "audio alone", audioOf(answer), lineCount(audioOf(answer))],
    ["sections-differ", "no section", "v=0\r\n", /^v=0/],
    ["sections-differ", "a section too many", answer + dataSection.replace("mid:1", "mid:2"), lineCount(answer) + 1],
    ["sections-differ", "video for data", answer.replace("m=application", "m=video"), /^m=video/],
    ["audio-rejected", "port 0", answer.replace("m=audio 9", "m=audio 0"), /^m=audio/],
    ["mid", "none", answer.replace("a=mid:0\r\n", ""), /^m=audio/],
    ["mid-differs", "the other way round", swapped(answer), /^m=audio/],
    ["bundle-missing", "audio alone in the group", answer.replace("BUNDLE 0 1", "BUNDLE 0"), /^m=application/],
    ["opus-missing", "none", answer.replace("opus/", "speex/"), /^m=audio/],
    ["opus-missing", "a payload type that was not offered", answer.replaceAll(/\b96\b/g, "97"), /^m=audio/],
    ["opus-missing", "a payload type offered for another codec", answer.replaceAll(/\b96\b/g, "9"), /^m=audio/],
    ["rtcp-mux-missing", "none", answer.replace("a=rtcp-mux\r\n", ""), /^m=audio/],
    ["ice-ufrag", "none", answer.replaceAll(/^a=ice-ufrag.*\r\n/gm, ""), /^m=audio/],
    ["ice-ufrag", "a space", answer.replace("a=ice-ufrag:", "a=ice-ufrag:a "), /ufrag:a /],
    ["ice-pwd", "none", answer.replaceAll(/^a=ice-pwd.*\r\n/gm, ""), /^m=audio/],
    ["setup", "actpass", answer.replace("a=setup:active", "a=setup:actpass"), /actpass/],
    ["setup", "none", answer.replaceAll("a=setup:active\r\n", ""), /^m=audio/],
    ["fingerprint", "none", answer.replace(/^a=fingerprint.*\r\n/m, ""), /^m=audio/],
    ["fingerprint-algorithm", "sha-1", answer.replace("sha-256", "sha-1"), /sha-1 /],
  ])("for %s: %s", (rule, _by, sdp, at) => {
    const line = typeof at === "number" ? at : lineOf(sdp, at);
    expect(judgeAnswer(sdp, offer)).toEqual({ ok: false, fault: { rule, line } });
  });

  test("for setup: active, where the offer is active too", () => {
    const active = judged(audioOnly.sdp.replace("a=setup:actpass", "a=setup:active"));
    const bad = audioOnlyAnswer.replace("a=setup:passive", "a=setup:active");
    expect(judgeAnswer(audioOnlyAnswer, active)).toEqual({ ok: true });
    expect(judgeAnswer(bad, active)).toMatchObject({ fault: { rule: "setup", line: lineOf(bad, /setup/) } });
    expect(judgeAnswer(bad, audioOnly)).toEqual({ ok: true });
  });
});

function audioOf(sdp: string): string {
  return sdp.slice(0, sdp.indexOf("m=application"));
}

function rejectingData(sdp: string): string {
  return sdp.replace("m=application 9", "m=application 0");
}

function swapped(sdp: string): string {
  return sdp.replace("a=mid:0", "a=mid:x").replace("a=mid:1", "a=mid:0").replace("a=mid:x", "a=mid:1");
}
