import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import {
  candidateSpeaks,
  createAssembly,
  cutOff,
  heardToTheEnd,
  interviewerBegins,
  interviewerDone,
  interviewerSays,
  item,
  transcribed,
} from "./assembly-harness.ts";

const opening = interviewerSays("a1", null, "Hello. Who are you?");

/** Greeting, answer, an interrupted reply, a failed transcription, and the last word. */
const interview: readonly CallEvent[] = [
  ...opening,
  ...candidateSpeaks("u1", "a1"),
  ...interviewerBegins("a2", "u1", ["Nice."]),
  transcribed("u1", "I am Ada."),
  ...interviewerDone("a2", "Nice. And what do you do?"),
  { type: "candidate_speaking", itemId: "u2", active: true },
  ...cutOff("a2", 900),
  ...candidateSpeaks("u2", "a2").slice(1),
  { type: "transcription_failed", itemId: "u2" },
  ...interviewerSays("a3", "u2", "Goodbye."),
];
const whole = [
  "interviewer: Hello. Who are you? [complete]",
  "candidate: I am Ada. [complete]",
  "interviewer: Nice. And what do you do? [interrupted]",
  "candidate: ? [failed]",
  "interviewer: Goodbye. [complete]",
];

describe("turns", () => {
  test("of a whole interview, each as soon as it is final", () => {
    const { take, told, turns } = createAssembly();
    take(...interview);
    expect(told()).toEqual(whole);
    expect(turns.map(({ heardText, heardMs }) => [heardText, heardMs])).toEqual([
      ["Hello. Who are you?", null],
      [null, null],
      [null, 900],
      [null, null],
      ["Goodbye.", null],
    ]);
  });

  test("come once, although every event comes twice", () => {
    const { take, told } = createAssembly();
    for (const event of interview) take(event, event);
    take(...interview);
    expect(told()).toEqual(whole);
  });

  test("that were typed say so, and were said in the moment in which they came", async () => {
    const { take, turns, clock } = createAssembly();
    const typed = item("u1", "candidate", { text: "I am Ada.", spoken: false });
    take(...opening);
    await clock.advance(500);
    const now = clock.now();
    take({ type: "item", item: typed, previousId: "a1" });
    await clock.advance(500);
    take({ type: "item", item: typed }, ...candidateSpeaks("u2", "u1"), transcribed("u2", "Lovelace."));
    expect(turns.slice(1)).toMatchObject([
      { text: "I am Ada.", typed: true, startedAt: now, endedAt: now },
      { text: "Lovelace.", typed: false },
    ]);
  });

  test("know when they began and ended", async () => {
    const { take, clock, turns } = createAssembly();
    const start = clock.now();
    for (const event of [...opening, ...candidateSpeaks("u1", "a1"), transcribed("u1", "Ada.")]) {
      take(event);
      await clock.advance(100);
    }
    const [said, answered] = turns.map(({ startedAt, endedAt }) => [(startedAt ?? 0) - start, (endedAt ?? 0) - start]);
    expect(said).toEqual([300, 800]);
    expect(answered).toEqual([900, 1000]);
  });

  test("a reply waits for the transcription of what it answers", () => {
    const { take, told } = createAssembly();
    take(...opening, ...candidateSpeaks("u1", "a1"), ...interviewerSays("a2", "u1", "I see."));
    expect(told()).toEqual(whole.slice(0, 1));
    take(transcribed("u1", "I am Ada."));
    expect(told()).toEqual([...whole.slice(0, 2), "interviewer: I see. [complete]"]);
  });

  test("deltas may come before the item, the item before its predecessor", () => {
    const { take, told, deltas } = createAssembly();
    take(...opening);
    take({ type: "delta", itemId: "u1", speaker: "candidate", text: "I am" });
    const [first, ...rest] = interviewerSays("a2", "u1", "I see.");
    take(...rest);
    if (first !== undefined) take(first);
    expect(told()).toHaveLength(1);
    take(...candidateSpeaks("u1", "a1"), transcribed("u1", "I am Ada."));
    expect(told()).toEqual([...whole.slice(0, 2), "interviewer: I see. [complete]"]);
    expect(deltas).toContain("candidate u1 I am");
  });

  test("what is no utterance makes none, and the chain goes through it", () => {
    const { take, told } = createAssembly();
    take({ type: "item", item: item("s1", null, { text: "Be kind." }), previousId: null });
    take(...interviewerSays("a1", "s1", "Hello."));
    expect(told()).toEqual(["interviewer: Hello. [complete]"]);
  });

  test("noise that was taken for speech makes none", () => {
    const { take, told } = createAssembly();
    take(...opening, ...candidateSpeaks("u1", "a1"), transcribed("u1", "  "));
    take(...interviewerSays("a2", "u1", "Are you there?"));
    expect(told()).toEqual([whole[0], "interviewer: Are you there? [complete]"]);
  });

  test("what is typed or written needs no voice", () => {
    const { take, told, turns } = createAssembly();
    take({ type: "item", item: item("u1", "candidate", { text: "Hi", spoken: false }), previousId: null });
    take({ type: "item", item: item("a1", "interviewer", { status: "in_progress" }), previousId: "u1" });
    take({ type: "text", itemId: "a1", speaker: "interviewer", text: "Hello.", spoken: false });
    expect(told()).toEqual(["candidate: Hi [complete]", "interviewer: Hello. [complete]"]);
    expect(turns[1]?.heardText).toBe("Hello.");
  });
});

describe("an interruption", () => {
  test("in the middle of the generation keeps what was generated", () => {
    const { take, told, turns } = createAssembly();
    take(...interviewerBegins("a1", null, ["Hello, ", "and"]));
    take({ type: "candidate_speaking", itemId: "u1", active: true });
    take(...interviewerDone("a1", "Hello, and", "cancelled"), ...cutOff("a1", 40));
    expect(told()).toEqual(["interviewer: Hello, and [interrupted]"]);
    expect(turns[0]).toMatchObject({ heardMs: 40, heardText: null });
  });

  test("before anything was heard says so", () => {
    const { take, turns } = createAssembly();
    take(...interviewerBegins("a1", null, ["Hello."]), ...interviewerDone("a1", "Hello."), ...cutOff("a1", 0));
    expect(turns).toMatchObject([{ status: "interrupted", heardMs: 0, heardText: "" }]);
  });

  test("before a single word makes no turn", () => {
    const { take, turns, assembly } = createAssembly();
    take(...interviewerBegins("a1", null, []), ...interviewerDone("a1", "", "cancelled"), ...cutOff("a1", 0));
    assembly.end();
    expect(turns).toEqual([]);
  });

  test("whose truncation is never told is told without it", async () => {
    const { take, clock, turns } = createAssembly();
    take(...interviewerBegins("a1", null, ["Hello."]), ...interviewerDone("a1", "Hello."));
    take({ type: "interviewer_speaking", responseId: "resp_a1", state: "cut" });
    await clock.advance(1999);
    expect(turns).toEqual([]);
    await clock.advance(1);
    expect(turns).toMatchObject([{ status: "interrupted", heardMs: null, heardText: null }]);
  });

  test("the next voice ends the one before, although nobody said so", () => {
    const { take, told } = createAssembly();
    take(...interviewerBegins("a1", null, ["One."]), ...interviewerDone("a1", "One."));
    take(...interviewerBegins("a2", "a1", ["Two."]));
    expect(told()).toEqual(["interviewer: One. [complete]"]);
  });
});

describe("what does not come", () => {
  test("a transcription is asked for, and found", async () => {
    const { take, clock, asked, told } = createAssembly();
    take(...opening, ...candidateSpeaks("u1", "a1"));
    await clock.advance(45_000);
    expect(asked).toEqual(["u1"]);
    take({ type: "retrieved", item: item("u1", "candidate", { text: "I am Ada." }) });
    expect(told()).toEqual(whole.slice(0, 2));
  });

  test.each(["without words", "not at all"])("a transcription that comes back %s is a gap", async (how) => {
    const { take, clock, told } = createAssembly();
    take(...opening, ...candidateSpeaks("u1", "a1"));
    take({ type: "delta", itemId: "u1", speaker: "candidate", text: "I am" });
    await clock.advance(45_000);
    if (how === "without words") take({ type: "retrieved", item: item("u1", "candidate") });
    await clock.advance(how === "without words" ? 0 : 5000);
    expect(told()).toEqual([whole[0], "candidate: I am [gap]"]);
    take(transcribed("u1", "I am Ada."));
    expect(told()).toHaveLength(2);
    expect(clock.pending()).toBe(0);
  });

  test("other events do not prolong the wait", async () => {
    const { take, clock, asked } = createAssembly();
    take(...opening, ...candidateSpeaks("u1", "a1"));
    for (let second = 0; second < 45; second++) {
      await clock.advance(1000);
      take({ type: "delta", itemId: "a2", speaker: "interviewer", text: "I" });
    }
    expect(asked).toEqual(["u1"]);
  });

  test("a voice that is never heard leaves open what was heard", async () => {
    const { take, clock, turns } = createAssembly();
    const [first, second, delta] = interviewerBegins("a1", null, ["Hello."]);
    for (const event of [first, second, delta]) if (event !== undefined) take(event);
    take(...interviewerDone("a1", "Hello."));
    await clock.advance(10_000);
    expect(turns).toMatchObject([{ status: "complete", text: "Hello.", heardText: null }]);
  });

  test("a long voice is waited for as long as it lasts", async () => {
    const { take, clock, told } = createAssembly();
    take(...interviewerBegins("a1", null, ["Long."]), ...interviewerDone("a1", "Long."));
    await clock.advance(3_600_000);
    expect(told()).toEqual([]);
    take(heardToTheEnd("a1"));
    expect(told()).toEqual(["interviewer: Long. [complete]"]);
  });
});

describe("the end of the call", () => {
  test("cuts the voice off, and leaves a gap for what was not transcribed", () => {
    const { take, assembly, told, voices } = createAssembly();
    take(...opening, ...candidateSpeaks("u1", "a1"));
    take({ type: "delta", itemId: "u1", speaker: "candidate", text: "I am" });
    take(...interviewerBegins("a2", "u1", ["I ", "se"]));
    assembly.end();
    assembly.end();
    take(transcribed("u1", "I am Ada."));
    expect(told()).toEqual([whole[0], "candidate: I am [gap]", "interviewer: I se [interrupted]"]);
    expect(voices.at(-1)).toBe("interviewer off");
  });

  test("finds the candidate speaking", () => {
    const { take, assembly, told, clock } = createAssembly();
    take(...opening, { type: "candidate_speaking", itemId: "u1", active: true });
    assembly.end();
    expect(told()).toEqual([whole[0], "candidate: ? [gap]"]);
    expect(clock.pending()).toBe(0);
  });

  test("forgets a noise that became no item", () => {
    const { take, assembly, told } = createAssembly();
    take(...opening, ...candidateSpeaks("u1", "a1").slice(0, 2));
    assembly.end();
    expect(told()).toEqual(whole.slice(0, 1));
  });
});

describe("hostile events", () => {
  test("a flood of events for unknown items costs no turn, before it or after it", () => {
    const { take, told } = createAssembly();
    const flood = (name: string): void => {
      for (let i = 0; i < 5000; i++) take({ type: "delta", itemId: `${name}${i}`, speaker: "candidate", text: "x" });
    };
    take(...opening, ...candidateSpeaks("u1", "a1"));
    flood("x");
    take(transcribed("u1", "I am Ada."));
    flood("y");
    take(...interviewerSays("a2", "u1", "I see."));
    expect(told()).toEqual([...whole.slice(0, 2), "interviewer: I see. [complete]"]);
  });

  test("a flood of items that hang in the air is bounded, in memory and in questions", () => {
    const { take, asked, clock } = createAssembly();
    for (let i = 0; i < 3000; i++) take({ type: "item", item: item(`x${i}`, "candidate"), previousId: `y${i}` });
    expect(asked.length).toBeLessThanOrEqual(1000);
    expect(clock.pending()).toBeLessThanOrEqual(1001);
  });

  test("items that precede themselves or each other end with the call", () => {
    const { take, assembly, told } = createAssembly();
    take({ type: "item", item: item("u1", "candidate", { text: "One" }), previousId: "u1" });
    take({ type: "item", item: item("u2", "candidate", { text: "Two" }), previousId: "u3" });
    take({ type: "item", item: item("u3", "candidate", { text: "Three" }), previousId: "u2" });
    assembly.end();
    expect(told().filter((turn) => turn.startsWith("candidate: T"))).toHaveLength(2);
    expect(told().filter((turn) => turn.includes("One"))).toHaveLength(1);
  });

  test("in whatever order the events come, every turn is told once and the spoken order is kept", () => {
    assert(
      property(integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const { take, assembly, turns } = createAssembly();
        take(...shuffled(interview, seed));
        assembly.end();
        const ids = turns.map(({ itemId }) => itemId).filter((id) => !id.startsWith("gap:"));
        expect(ids.toSorted()).toEqual(["a1", "a2", "a3", "u1", "u2"]);
      }),
      { numRuns: 300 },
    );
  });
});

/** A shuffle that is the same for the same seed. */
function shuffled<T>(values: readonly T[], seed: number): readonly T[] {
  let state = seed;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647);
  return values
    .map((value) => ({ value, rank: next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
