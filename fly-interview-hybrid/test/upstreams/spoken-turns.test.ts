import { describe, expect, test } from "vitest";
import type { CallEvent, Speaker } from "../../src/upstreams/call-event.ts";
import { SpokenTurns } from "../../src/upstreams/openai-live/spoken-turns.ts";
import { createAssembly } from "../supervision/assembly-harness.ts";

/** Words from `startMs` to `endMs` of the timeline, as they are told when they were spoken. */
type Words = readonly [speaker: Speaker, startMs: number, endMs: number, text: string];

const CANDIDATE = "candidate";
const INTERVIEWER = "interviewer";

/** Grouping over a real assembly, on a clock that runs with the timeline. */
function conversation() {
  const under = createAssembly();
  const begunAt = under.clock.now();
  const events: CallEvent[] = [];
  const spoken = new SpokenTurns(under.clock, (event) => {
    events.push(event);
    under.take(event);
  });
  const until = async (ms: number): Promise<void> => under.clock.advance(begunAt + ms - under.clock.now());
  const say = async (...words: readonly Words[]): Promise<void> => {
    for (const [speaker, startMs, endMs, text] of words) {
      if (begunAt + endMs > under.clock.now()) await until(endMs);
      spoken.take({ speaker, startMs, endMs, text });
    }
  };
  return { ...under, spoken, events, begunAt, say, until };
}

describe("turns of words on a timeline", () => {
  test("question and answer: one turn each, whole, in order, and inferred", async () => {
    const { say, until, told } = conversation();
    await say([INTERVIEWER, 0, 500, "Who"], [INTERVIEWER, 500, 900, " are you?"]);
    await say([CANDIDATE, 1800, 2100, " I am"], [CANDIDATE, 2100, 2500, " Ada."]);
    await until(5000);
    expect(told()).toEqual([
      "interviewer: Who are you? [complete, inferred]",
      "candidate: I am Ada. [complete, inferred]",
    ]);
  });

  test("what is typed stands behind what was heard by then, and before what is said next", async () => {
    const { say, until, spoken, told, turns } = conversation();
    spoken.say("I cannot speak.");
    await say([INTERVIEWER, 500, 900, "Who"], [INTERVIEWER, 900, 1300, " are"]);
    spoken.say("I am Ada.");
    spoken.say("Lovelace.");
    // The last word before it was cut off comes late.
    await say([INTERVIEWER, 1300, 1500, " you"]);
    spoken.cutOffAt(1600);
    await say([INTERVIEWER, 1700, 2500, "Hello, Ada."]);
    await until(6000);
    expect(told()).toEqual([
      "candidate: I cannot speak. [complete, inferred]",
      "interviewer: Who are you [interrupted, inferred]",
      "candidate: I am Ada. [complete, inferred]",
      "candidate: Lovelace. [complete, inferred]",
      "interviewer: Hello, Ada. [complete, inferred]",
    ]);
    expect(turns.map(({ typed }) => typed)).toEqual([true, false, true, true, false]);
  });

  test("captions come as the words do, and who speaks is told at once and until the turn ends", async () => {
    const { say, until, deltas, voices } = conversation();
    await say([CANDIDATE, 100, 400, " One"], [CANDIDATE, 400, 700, " two."]);
    expect(deltas).toEqual(["candidate candidate_100 One", "candidate candidate_100  two."]);
    expect(voices).toEqual(["candidate on"]);
    await until(3199);
    expect(voices).toEqual(["candidate on"]);
    await until(3200);
    expect(voices).toEqual(["candidate on", "candidate off"]);
  });

  test("a turn lasts from its first words to its last, not to the silence that ends it", async () => {
    const { say, until, turns, begunAt } = conversation();
    await say([CANDIDATE, 0, 300, "Yes,"], [CANDIDATE, 300, 800, " I do."]);
    await until(5000);
    expect(turns).toMatchObject([{ startedAt: begunAt, endedAt: begunAt + 800 }]);
  });

  test("a pause in a sentence ends nothing; silence of two seconds does, on either clock", async () => {
    const { say, until, told } = conversation();
    await say([CANDIDATE, 0, 500, "Let me think"], [CANDIDATE, 2400, 2800, " about it."]);
    await until(4700);
    expect(told()).toEqual([]);
    // The words tell of a longer silence than passed here.
    await say([CANDIDATE, 4900, 5200, "No."]);
    expect(told()).toEqual(["candidate: Let me think about it. [complete, inferred]"]);
    await until(7700);
    expect(told().at(-1)).toBe("candidate: No. [complete, inferred]");
  });

  test("an answer is at its end when the interviewer has had the floor for a second", async () => {
    const { say, told } = conversation();
    await say(
      [CANDIDATE, 0, 1000, "I am done."],
      [INTERVIEWER, 1700, 2200, "Thank"],
      [INTERVIEWER, 2200, 2699, " you"],
    );
    expect(told()).toEqual([]);
    await say([INTERVIEWER, 2699, 2700, "."]);
    expect(told()).toEqual(["candidate: I am done. [complete, inferred]"]);
  });

  test("a word of assent in the middle of an answer is a turn of its own, and does not cut the answer in two", async () => {
    const { say, until, told } = conversation();
    await say([CANDIDATE, 0, 2000, "First I measured"], [INTERVIEWER, 2100, 2500, "Mhm."]);
    await say([CANDIDATE, 2300, 3000, " and then"], [CANDIDATE, 3000, 4000, " I cut."]);
    await until(7000);
    expect(told()).toEqual([
      "candidate: First I measured and then I cut. [complete, inferred]",
      "interviewer: Mhm. [complete, inferred]",
    ]);
  });

  test.each<[string, readonly Words[], number]>([
    [
      "ends a question",
      [
        [INTERVIEWER, 0, 900, "Ready?"],
        [CANDIDATE, 1000, 1300, "Yes"],
        [INTERVIEWER, 1500, 1900, "Good."],
      ],
      3,
    ],
    [
      "ends what was followed by a pause",
      [
        [INTERVIEWER, 0, 900, "Then"],
        [CANDIDATE, 1600, 1900, "Yes"],
        [INTERVIEWER, 2000, 2400, "you"],
      ],
      3,
    ],
    [
      "does not end a sentence",
      [
        [INTERVIEWER, 0, 900, "Then"],
        [CANDIDATE, 1000, 1300, "Yes"],
        [INTERVIEWER, 1400, 1900, "you"],
      ],
      2,
    ],
    [
      "does not end an unfinished answer",
      [
        [CANDIDATE, 0, 900, "I did it"],
        [INTERVIEWER, 1500, 1800, "Mhm"],
        [CANDIDATE, 1900, 2400, "later."],
      ],
      2,
    ],
    [
      "into an answer does not end it",
      [
        [CANDIDATE, 0, 900, "I did it."],
        [INTERVIEWER, 800, 1000, "Mhm"],
        [CANDIDATE, 1100, 2400, "Later."],
      ],
      2,
    ],
    [
      "ends a finished answer",
      [
        [CANDIDATE, 0, 900, "I did it."],
        [INTERVIEWER, 1000, 1300, "Why?"],
        [CANDIDATE, 1500, 2400, "Fun."],
      ],
      3,
    ],
    [
      "ends an answer that was followed by a pause",
      [
        [CANDIDATE, 0, 900, "I did"],
        [INTERVIEWER, 1600, 1800, "Why?"],
        [CANDIDATE, 1900, 2400, "Fun."],
      ],
      3,
    ],
  ])("a word of the other one %s", async (_what, words, count) => {
    const { say, until, told } = conversation();
    await say(...words);
    await until(8000);
    expect(told()).toHaveLength(count);
  });

  test("both may speak at once; turns stand in the order of their beginnings", async () => {
    const { say, until, told, placed } = conversation();
    await say(
      [INTERVIEWER, 0, 1000, "So what"],
      [CANDIDATE, 1200, 1500, "Well"],
      [INTERVIEWER, 1000, 1600, " do you do?"],
    );
    await say([CANDIDATE, 1500, 2000, " I sing."]);
    await until(5000);
    expect(told()).toEqual([
      "interviewer: So what do you do? [complete, inferred]",
      "candidate: Well I sing. [complete, inferred]",
    ]);
    expect(placed).toEqual(["interviewer_0 behind nothing", "candidate_1200 behind interviewer_0"]);
  });

  test("words that come late find the place that their time gives them", async () => {
    const { say, until, told } = conversation();
    await say([INTERVIEWER, 0, 900, "Ready?"], [INTERVIEWER, 3200, 3600, "Good."], [CANDIDATE, 1500, 1900, "Yes."]);
    await until(7000);
    expect(told()).toEqual([
      "interviewer: Ready? [complete, inferred]",
      "candidate: Yes. [complete, inferred]",
      "interviewer: Good. [complete, inferred]",
    ]);
  });

  test("an answer of many minutes is waited for", async () => {
    const { say, until, told } = conversation();
    const words = Array.from({ length: 300 }, (_, n): Words => [CANDIDATE, n * 1000, n * 1000 + 900, ` ${n}`]);
    await say([INTERVIEWER, 0, 100, "Count."], ...words);
    await until(303_000);
    expect(told()).toHaveLength(2);
    expect(told()[1]).toMatch(/^candidate: 0 1 2 .* 299 \[complete, inferred]$/);
  });

  test("what is said twice is there once", async () => {
    const { say, until, told } = conversation();
    await say([CANDIDATE, 0, 500, "Hello"], [CANDIDATE, 0, 500, "Hello"], [CANDIDATE, 500, 800, " there."]);
    await until(3500);
    expect(told()).toEqual(["candidate: Hello there. [complete, inferred]"]);
  });

  test("nothing but space makes no turn", async () => {
    const { say, until, told, voices } = conversation();
    await say([CANDIDATE, 0, 500, " "], [INTERVIEWER, 0, 500, ""]);
    await until(3000);
    expect([...told(), ...voices]).toEqual([]);
  });
});

describe("an interruption", () => {
  const question: readonly Words[] = [
    [INTERVIEWER, 0, 1000, "Tell me about"],
    [INTERVIEWER, 1000, 2000, " your last"],
  ];

  test("is taken for one where the candidate broke in and the voice ceased in the middle of a sentence", async () => {
    const { say, until, ...under } = conversation();
    await say(...question, [CANDIDATE, 1800, 2300, "Sorry,"], [CANDIDATE, 2300, 3100, " which one?"]);
    await until(7000);
    expect(under.told()).toEqual([
      "interviewer: Tell me about your last [interrupted, inferred]",
      "candidate: Sorry, which one? [complete, inferred]",
    ]);
    expect(under.events).toContainEqual({
      type: "truncated",
      itemId: "interviewer_0",
      heardMs: 2000,
      heardText: "Tell me about your last",
    });
  });

  test.each<[string, readonly Words[]]>([
    [
      "the sentence is at its end",
      [
        [INTERVIEWER, 2000, 2500, " job?"],
        [CANDIDATE, 2400, 3500, "I sang."],
      ],
    ],
    [
      "the voice goes on",
      [
        [CANDIDATE, 2000, 2300, "Yes"],
        [INTERVIEWER, 2000, 4100, " job and the one"],
      ],
    ],
    ["the candidate waited", [[CANDIDATE, 2600, 3700, "I sang."]]],
  ])("is none where %s", async (_what, words) => {
    const { say, until, told } = conversation();
    await say(...question, ...words);
    await until(8000);
    expect(told()[0]).toContain("[complete, inferred]");
  });

  test("by the proxy cuts what was begun before it, and nothing that came of it", async () => {
    const { say, until, spoken, told } = conversation();
    await say(...question);
    spoken.cutOffAt(1900);
    await say([INTERVIEWER, 2600, 3200, "We have to end."]);
    spoken.cutOffAt(1900);
    await until(7000);
    expect(told()).toEqual([
      "interviewer: Tell me about your last [interrupted, inferred]",
      "interviewer: We have to end. [complete, inferred]",
    ]);
  });

  test("by the end of the call: what was being said are turns as far as it was said", async () => {
    const { say, spoken, take, told } = conversation();
    await say(...question, [CANDIDATE, 1900, 2100, "Wait"]);
    take(...spoken.finish());
    expect(told()).toEqual([
      "interviewer: Tell me about your last [interrupted, inferred]",
      "candidate: Wait [complete, inferred]",
    ]);
  });
});

describe("after an absence", () => {
  test("what was open is a gap with the words that had come, and what goes on is a turn of its own", async () => {
    const { say, spoken, assembly, clock, told, asked, take } = conversation();
    await say([CANDIDATE, 0, 500, "I began to"]);
    spoken.stop();
    assembly.lost();
    await clock.advance(3000);
    assembly.back();
    expect(asked).toEqual(["candidate_0"]);
    take({ type: "not_retrieved", itemId: "candidate_0", isFinal: true });
    const again = new SpokenTurns(clock, (event) => take(event));
    again.take({ speaker: CANDIDATE, startMs: 3600, endMs: 3900, text: " measure." });
    await clock.advance(2500);
    expect(told()).toEqual([
      "candidate: I began to [gap, inferred]",
      "somebody: ? [gap, inferred]",
      "candidate: measure. [complete, inferred]",
    ]);
  });

  test("that was short nothing is said to be missing between turns", async () => {
    const { say, until, assembly, clock, told, take } = conversation();
    await say([INTERVIEWER, 0, 500, "Well?"]);
    await until(3000);
    assembly.lost();
    await clock.advance(200);
    assembly.back();
    new SpokenTurns(clock, (event) => take(event)).take({
      speaker: INTERVIEWER,
      startMs: 9000,
      endMs: 9300,
      text: "So?",
    });
    await clock.advance(2500);
    expect(told()).toEqual(["interviewer: Well? [complete, inferred]", "interviewer: So? [complete, inferred]"]);
  });
});
