import { describe, expect, test } from "vitest";
import { answerFacts } from "../../src/canary/answer-facts.ts";
import { compareShapes } from "../../src/canary/compare.ts";
import { contentTypeForm, idForm, lastSegment, locationForm } from "../../src/canary/forms.ts";
import { Shapes } from "../../src/canary/shapes.ts";

describe("forms hold nothing of what they are the form of", () => {
  test.each([
    ["rtc_u1_9c65abcd", "rtc_u1_{8}"],
    ["rtc_990b6ba8f11341c9", "rtc_{16}"],
    ["live_u1_abc", "live_u1_{3}"],
    ["anything at all", "{15}"],
  ])("of the id %s", (id, form) => {
    expect(idForm(id)).toBe(form);
  });

  test.each([
    [undefined, "no Location"],
    ["/v1/realtime/calls/rtc_u2_E4xw9V7Wm6Bbw", "/v1/realtime/calls/rtc_u2_{13}"],
    ["/v1/realtime/calls/calls/rtc_abcdefgh?x=secret", "/v1/realtime/calls/calls/rtc_{8}?…"],
    ["https://api.openai.com/v1/rtc_abcdefgh", "not relative: /v1/rtc_{8}"],
    ["http://", "unreadable Location"],
  ])("of the Location %s", (location, form) => {
    expect(locationForm(location)).toBe(form);
  });

  test("an id is found wherever a Location ends", () => {
    expect(lastSegment("/v1/realtime/calls/rtc_abcdefgh?x=1")).toBe("rtc_abcdefgh");
    expect(lastSegment("/v1/realtime/calls/")).toBeUndefined();
  });

  test("of a content type", () => {
    expect(contentTypeForm("text/plain; charset=utf-8")).toBe("text/plain; charset=utf-8");
    expect(contentTypeForm("text/plain; boundary=secret")).toBe("unreadable content type");
  });

  test("of events: fields and types, no value, and no name that could be one", () => {
    const shapes = new Shapes();
    shapes.add("a", { text: "secret words", list: [{ n: 1 }, { n: 1.5 }], "secret name": null });
    shapes.add("a", { text: null, list: [] });
    expect(shapes.toRecord()).toEqual({
      a: {
        "": "object",
        "*": "null",
        list: "array",
        "list[]": "object",
        "list[].n": "integer|number",
        text: "null|string",
      },
    });
  });

  test("of an answer", () => {
    const sdp = [
      "v=0",
      "o=- 1 1 IN IP4 0.0.0.0",
      "s=-",
      "t=0 0",
      "a=ice-lite",
      "m=audio 9 UDP/TLS/RTP/SAVPF 111",
      "a=setup:passive",
      "a=rtpmap:111 opus/48000/2",
      "a=msid:realtimeapi audio",
      "a=candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host ufrag a/b/c",
      "a=candidate:2 1 tcp 1671430143 192.0.2.1 443 typ host tcptype passive",
      "a=brand-new:secret",
      "",
    ].join("\r\n");
    expect(answerFacts(sdp)).toEqual({
      candidates: { "udp host": 1, "tcp host": 1 },
      setup: "passive",
      isIceLite: true,
      codecs: ["opus"],
      namesStream: true,
      unknownAttributes: ["brand-new"],
    });
  });
});

describe("two records compared", () => {
  const compare = (before: unknown, now: unknown): string => {
    const [was, is] = [before, now].map((value) => {
      const shapes = new Shapes();
      shapes.add("event", value);
      return shapes.toRecord();
    }) as [ReturnType<Shapes["toRecord"]>, ReturnType<Shapes["toRecord"]>];
    const { verdict, seen } = compareShapes(was, is);
    return `${verdict}: ${seen}`;
  };

  test.each([
    ["a field that came", { a: 1 }, { a: 1, b: { c: 2 } }, "drift: event: new b"],
    ["a field that went", { a: { b: 1 } }, { a: {} }, "drift: event: no a.b"],
    ["another type", { a: 1 }, { a: "1" }, "drift: event: a is string, was integer"],
    ["what is null at times", { a: null }, { a: { b: 1 } }, "ok: the same fields"],
    ["a list that is empty now", { a: [{ b: 1 }] }, { a: [] }, "ok: the same fields"],
    ["a number that is whole now", { a: 1.5 }, { a: 2 }, "ok: the same fields"],
  ])("%s", (_what, before, now, verdict) => {
    expect(compare(before, now)).toBe(verdict);
  });

  test("a message that came only once is not compared", () => {
    expect(compareShapes({ event: { "": "object" } }, { other: { "": "object" } }).verdict).toBe("ok");
  });
});
