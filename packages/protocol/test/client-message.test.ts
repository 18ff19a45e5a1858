import { parseClientMessage, parseServerMessage } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";

const valid = [
  { type: "ping" },
  { type: "init" },
  {
    type: "init",
    sessionId: "my interview".replace(" ", "-"),
    aiPersona: "alloy",
    resumeToken: "t",
    lastSeq: 0,
    protocol: 1,
  },
  { type: "sdp_offer", offer: "v=0\r\n" },
  { type: "sdp_offer", offer: { type: "offer", sdp: "v=0\r\n" }, sessionId: "a" },
  { type: "sdp_offer", offer: "v=0\r\n", afterInit: true },
  { type: "ice_candidate", candidate: null },
  {
    type: "ice_candidate",
    candidate: { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
  },
  { type: "disconnect", sessionId: "a" },
  { type: "say", text: "Ja,\n\tich höre.\u{1F44B}" },
  { type: "say", text: "x".repeat(2000) },
  { type: "mute", muted: true },
  { type: "stats", quality: "lost" },
  { type: "stats", quality: "good", rttMs: 12.5, lossPercent: 0, jitterMs: 60_000 },
];

const invalid: [name: string, text: string, code: string, field: string][] = [
  ["broken JSON", "{", "BAD_JSON", ""],
  ["nothing", "", "BAD_JSON", ""],
  ["a list", "[]", "INVALID_MESSAGE", ""],
  ["null", "null", "INVALID_MESSAGE", ""],
  ["no type", "{}", "INVALID_MESSAGE", "type"],
  ["a type that is no string", '{"type":1}', "INVALID_MESSAGE", "type"],
  ["an unknown type", '{"type":"dance"}', "UNKNOWN_MESSAGE", "type"],
  ["a name of Object.prototype as type", '{"type":"constructor"}', "UNKNOWN_MESSAGE", "type"],
  ["an unknown field", '{"type":"ping","x":1}', "INVALID_MESSAGE", ""],
  [
    "an unknown field below",
    '{"type":"sdp_offer","offer":{"type":"offer","sdp":"","x":1}}',
    "INVALID_MESSAGE",
    "offer",
  ],
  ["a missing offer", '{"type":"sdp_offer"}', "INVALID_MESSAGE", "offer"],
  ["an answer for an offer", '{"type":"sdp_offer","offer":{"type":"answer","sdp":""}}', "INVALID_MESSAGE", "offer"],
  ["a sessionId with a space", '{"type":"init","sessionId":"a b"}', "INVALID_MESSAGE", "sessionId"],
  ["a sessionId of 129 characters", `{"type":"init","sessionId":"${"a".repeat(129)}"}`, "INVALID_MESSAGE", "sessionId"],
  ["a negative lastSeq", '{"type":"init","lastSeq":-1}', "INVALID_MESSAGE", "lastSeq"],
  ["a candidate that is a number", '{"type":"ice_candidate","candidate":1}', "INVALID_MESSAGE", "candidate"],
  ["a text without a word", '{"type":"say","text":" \\n "}', "INVALID_MESSAGE", "text"],
  ["a text of 2001 characters", `{"type":"say","text":"${"x".repeat(2001)}"}`, "INVALID_MESSAGE", "text"],
  ["a control character", '{"type":"say","text":"a\\u0000"}', "INVALID_MESSAGE", "text"],
  ["half a character", '{"type":"say","text":"a\\ud83d"}', "INVALID_MESSAGE", "text"],
  ["a mute that is a word", '{"type":"mute","muted":"yes"}', "INVALID_MESSAGE", "muted"],
  ["stats without a quality", '{"type":"stats","rttMs":1}', "INVALID_MESSAGE", "quality"],
  ["a loss of more than all", '{"type":"stats","quality":"poor","lossPercent":101}', "INVALID_MESSAGE", "lossPercent"],
  ["a round trip of no number", '{"type":"stats","quality":"good","rttMs":null}', "INVALID_MESSAGE", "rttMs"],
  ["a deep list", "[".repeat(50_000) + "]".repeat(50_000), "INVALID_MESSAGE", ""],
  [
    "a deep field",
    `{"type":"init","sessionId":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
    "INVALID_MESSAGE",
    "sessionId",
  ],
];

describe("parseClientMessage", () => {
  test.each(valid)("accepts %j", (message) => {
    expect(parseClientMessage(JSON.stringify(message))).toEqual({ ok: true, message });
  });

  test.each(invalid)("refuses %s", (_name, text, code, field) => {
    expect(parseClientMessage(text)).toEqual({ ok: false, code, field });
  });
});

describe("parseServerMessage", () => {
  test("keeps a known message whose fields are newer than the page", () => {
    expect(parseServerMessage('{"type":"pong","time":1,"newer":true}')).toMatchObject({ type: "pong", time: 1 });
  });

  test("knows nothing of a newer type or of broken text", () => {
    expect(parseServerMessage('{"type":"newer"}')).toBeUndefined();
    expect(parseServerMessage("{")).toBeUndefined();
  });
});
