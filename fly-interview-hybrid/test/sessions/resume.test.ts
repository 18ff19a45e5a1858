import { describe, expect, test } from "vitest";
import type { TurnRecord } from "../../src/records/turns.ts";
import { conversationSoFar } from "../../src/sessions/calls/conversation-so-far.ts";
import type { CallEvent, CallItem, Speaker } from "../../src/upstreams/call-event.ts";
import { settle } from "../fake-clock.ts";
import { callAgain, startTalk } from "./start-session.ts";

const NEXT_CALL = {
  bounds: { utterances: Infinity, verbatim: 12_000, summary: 4000, sizeOf: (text: string) => text.length },
  toldUntil: Infinity,
};

function turn(role: TurnRecord["role"], text: string | null, change: Partial<TurnRecord> = {}): TurnRecord {
  return {
    id: "turn_1",
    sessionId: "ses_1",
    callId: "call_1",
    n: 1,
    role,
    status: "complete",
    text,
    heardText: null,
    salt: null,
    textHash: null,
    heardTextHash: null,
    heardMs: null,
    startedAt: null,
    endedAt: null,
    inferred: false,
    typed: false,
    hash: "",
    ...change,
  };
}

function says(id: string, speaker: Speaker, previousId: string | null, text: string): CallEvent[] {
  const item: CallItem = { id, speaker, text: null, spoken: false, status: "complete" };
  return [
    { type: "item", item, previousId },
    { type: "text", itemId: id, speaker, text, spoken: false },
  ];
}

const UNHEARD: Omit<CallItem, "id"> = { speaker: "candidate", text: null, spoken: true, status: "complete" };

describe("a further call of a session", () => {
  test("goes on from what was said, and does not greet", async () => {
    const talk = await startTalk();
    const said = [...says("a1", "interviewer", null, "Who are you?"), ...says("u1", "candidate", "a1", "I am Ada.")];
    for (const event of said) talk.sideband.say(event);
    await settle();
    const next = await callAgain(talk, "rtc_u1_second00");
    expect(next.sent).toEqual(["configure", "resume | interviewer: Who are you? | candidate: I am Ada."]);
    expect(talk.events.at(-1)).toMatchObject({ type: "resumed", context: "whole" });
    next.drop();
    await settle();
    const again = talk.upstream.sidebands.at(-1);
    again?.say({ type: "ready" });
    expect(again?.sent).toEqual(["configure"]);
  });

  test("knows the very last words, although they were not final when the call was replaced", async () => {
    const talk = await startTalk();
    const [placed] = says("a1", "interviewer", null, "");
    if (placed !== undefined) talk.sideband.say(placed);
    talk.sideband.say({ type: "delta", itemId: "a1", speaker: "interviewer", text: "Who are" });
    const next = await callAgain(talk, "rtc_u1_second00");
    expect(next.sent.at(-1)).toBe("resume | interviewer: Who are");
  });

  test("says so where something was missed", async () => {
    const talk = await startTalk();
    for (const event of says("a1", "interviewer", null, "Hello.")) talk.sideband.say(event);
    talk.sideband.say({ type: "item", item: { ...UNHEARD, id: "u1" }, previousId: "a1" });
    await settle();
    const next = await callAgain(talk, "rtc_u1_second00");
    expect(next.sent.at(-1)).toBe(
      "resume in part | interviewer: Hello. | candidate: (The answer could not be made out.)",
    );
    expect(talk.events.at(-1)).toMatchObject({ type: "resumed", context: "partial" });
  });

  test("greets where nothing was said yet", async () => {
    const talk = await startTalk();
    const next = await callAgain(talk, "rtc_u1_second00");
    expect(next.sent).toEqual(["configure", "greet"]);
  });
});

describe("the conversation so far", () => {
  test("has what was heard of an interruption, and says where words are missing", () => {
    const turns = [
      turn("interviewer", "What do you build?", { status: "interrupted", heardText: "What do" }),
      turn("candidate", null, { status: "failed" }),
      turn("interviewer", "Never heard.", { status: "interrupted", heardText: "" }),
      turn("unknown", null, { status: "gap" }),
    ];
    expect(conversationSoFar(turns, NEXT_CALL)).toEqual({
      said: [
        { speaker: "interviewer", text: "What do", isLate: false },
        { speaker: "candidate", text: "(The answer could not be made out.)", isLate: false },
      ],
      isWhole: false,
      awaitsAnswer: false,
    });
  });

  test("has the last words as they were, and of those long before only the questions", () => {
    const turns = Array.from({ length: 200 }, (_, index) => [
      turn("interviewer", `Question ${index}? ${"x".repeat(300)}`),
      turn("candidate", `Answer ${index}. ${"y".repeat(300)}`),
    ]).flat();
    const so = conversationSoFar(turns, NEXT_CALL);
    const verbatim = so?.said.reduce((sum, { text }) => sum + text.length, 0) ?? 0;
    expect(verbatim).toBeGreaterThan(11_000);
    expect(verbatim).toBeLessThanOrEqual(12_000);
    expect(so?.said.at(-1)?.text).toContain("Answer 199.");
    expect(so?.summary?.length).toBeLessThanOrEqual(4000);
    expect(so?.summary).not.toContain("Answer");
    expect(so?.isWhole).toBe(false);
    const asked = so?.summary?.split("\n").length ?? 0;
    expect(asked).toBeGreaterThan(15);
  });
});
