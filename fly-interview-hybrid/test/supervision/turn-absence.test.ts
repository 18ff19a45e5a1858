import { describe, expect, test } from "vitest";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import {
  answer,
  away,
  candidateSpeaks,
  createAssembly,
  cutOff,
  heardToTheEnd,
  interviewerBegins,
  interviewerDone,
  interviewerSays,
  item,
  opening,
  transcribed,
} from "./assembly-harness.ts";

describe("after the sideband was away", () => {
  test("what was open is asked for, and its missed end is found", async () => {
    const under = createAssembly();
    under.take(...opening, ...candidateSpeaks("u1", "a1"));
    await away(under, 500);
    expect(under.asked).toEqual(["u1"]);
    under.take({ type: "retrieved", item: item("u1", "candidate", { text: "I am Ada." }) });
    expect(under.told()).toEqual(["interviewer: Hello. [complete]", "candidate: I am Ada. [complete]"]);
  });

  test("a voice that was cut off meanwhile shows by its missing words; how much was heard is unknown", async () => {
    const under = createAssembly();
    under.take(...interviewerBegins("a1", null, ["Hello."]), ...interviewerDone("a1", "Hello."));
    await away(under, 500);
    under.take({ type: "retrieved", item: item("a1", "interviewer") });
    expect(under.turns).toMatchObject([{ status: "interrupted", text: "Hello.", heardMs: null, heardText: null }]);
  });

  test("a voice that goes on is heard to its end", async () => {
    const under = createAssembly();
    under.take(...interviewerBegins("a1", null, ["Hello."]), ...interviewerDone("a1", "Hello."));
    await away(under, 500);
    under.take({ type: "retrieved", item: item("a1", "interviewer", { text: "Hello." }) });
    expect(under.turns).toEqual([]);
    under.take(heardToTheEnd("a1"));
    expect(under.turns).toMatchObject([{ status: "complete", heardText: "Hello." }]);
  });

  test("words that were missed in the middle come with the whole", async () => {
    const under = createAssembly();
    under.take(...interviewerBegins("a1", null, ["Hel"]));
    await away(under, 500);
    under.take({ type: "retrieved", item: item("a1", "interviewer", { status: "in_progress" }) });
    under.take(...interviewerDone("a1", "Hello, Ada."), heardToTheEnd("a1"));
    expect(under.told()).toEqual(["interviewer: Hello, Ada. [complete]"]);
  });

  test("half a text is a gap where the whole cannot be had", async () => {
    const under = createAssembly();
    under.take(...interviewerBegins("a1", null, ["Hel"]));
    await away(under, 500);
    under.take({ type: "not_retrieved", itemId: "a1" });
    under.take({ type: "response_done", responseId: "resp_a1", status: "completed", items: [], usage: null });
    under.take(heardToTheEnd("a1"));
    expect(under.told()).toEqual(["interviewer: Hel [gap]"]);
  });

  test("the chain leads to an item that was missed as a whole", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 500);
    under.take(...interviewerSays("a2", "u1", "I see."));
    expect(under.asked).toEqual(["u1"]);
    expect(under.told()).toHaveLength(1);
    under.take({ type: "retrieved", item: item("u1", "candidate", { text: "I am Ada." }) });
    expect(under.told()).toEqual([
      "interviewer: Hello. [complete]",
      "candidate: I am Ada. [complete, inferred]",
      "interviewer: I see. [complete]",
    ]);
  });

  test("a reply of which only the last word was seen finds its place by the next answer", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 500);
    under.take(transcribed("u1", "I am Ada."), ...interviewerDone("a2", "I see.").slice(0, 1));
    under.take(heardToTheEnd("a2"), ...candidateSpeaks("u2", "a2"), transcribed("u2", "Yes."));
    under.take({ type: "retrieved", item: item("a2", "interviewer", { text: "I see." }) });
    await under.clock.advance(10_000);
    expect(under.told()).toEqual([
      "interviewer: Hello. [complete]",
      "candidate: I am Ada. [complete, inferred]",
      "interviewer: I see. [complete, inferred]",
      "candidate: Yes. [complete]",
    ]);
  });

  test("an answer whose transcription came after the first words of its reply stands before it", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 500);
    under.take(...interviewerDone("a2", "I see.").slice(0, 1), transcribed("u1", "I am Ada."));
    under.take(...interviewerSays("a3", "u2", "Well."));
    under.take({ type: "retrieved", item: item("u2", "candidate", { text: "Yes." }) });
    await under.clock.advance(10_000);
    expect(under.turns.map(({ itemId }) => itemId)).toEqual(["a1", "u1", "a2", "u2", "a3"]);
  });

  test("an answer whose question was missed in a long absence stands before its reply", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 3000);
    under.take(transcribed("u2", "Wait."), ...candidateSpeaks("u3", "a3"));
    under.take({ type: "retrieved", item: item("a3", "interviewer", { text: "Yes?" }) }, transcribed("u3", "Now."));
    await under.clock.advance(10_000);
    expect(under.turns.map(({ itemId }) => itemId)).toEqual(["a1", "u1", "gap:u2", "u2", "a3", "u3"]);
  });

  test("an answer whose end and place were missed stands before its reply", async () => {
    const under = createAssembly();
    under.take(...opening, ...candidateSpeaks("u1", "a1").slice(0, 1));
    await away(under, 500);
    under.take({ type: "retrieved", item: item("u1", "candidate") }, transcribed("u1", "I am Ada."));
    under.take(...interviewerDone("a2", "I see."), heardToTheEnd("a2"), ...candidateSpeaks("u2", "a2"));
    under.take({ type: "retrieved", item: item("a2", "interviewer", { text: "I see." }) }, transcribed("u2", "Yes."));
    expect(under.told()).toEqual([
      "interviewer: Hello. [complete]",
      "candidate: I am Ada. [complete, inferred]",
      "interviewer: I see. [complete, inferred]",
      "candidate: Yes. [complete]",
    ]);
  });

  test("two turns of one speaker in a row show that one of the other is missing", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 500);
    under.take(...interviewerSays("a3", "u2", "Well."));
    under.take({ type: "retrieved", item: item("u2", "candidate", { text: "Yes." }) });
    expect(under.told()).toEqual([
      "interviewer: Hello. [complete]",
      "candidate: I am Ada. [complete]",
      "interviewer: ? [gap, inferred]",
      "candidate: Yes. [complete, inferred]",
      "interviewer: Well. [complete]",
    ]);
  });

  test("after a long absence a gap says that more may be missing", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 30_000);
    under.take(...interviewerSays("a2", "u1", "I see."));
    under.take({ type: "retrieved", item: item("u1", "candidate", { text: "I am Ada." }) });
    expect(under.told().slice(1)).toEqual([
      "somebody: ? [gap, inferred]",
      "candidate: I am Ada. [complete, inferred]",
      "interviewer: I see. [complete]",
    ]);
  });

  test("a question of which only the end was told stands before the answer that was missed behind it", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 500);
    // Neither its place nor its words one by one, only that it is done.
    under.take(...interviewerDone("a2", "And?").slice(1), heardToTheEnd("a2"));
    under.take(...interviewerSays("a3", "u2", "Well."));
    under.take({ type: "retrieved", item: item("a2", "interviewer", { text: "And?" }) });
    under.take({ type: "retrieved", item: item("u2", "candidate", { text: "Nothing." }) });
    await under.clock.advance(10_000);
    under.assembly.end();
    expect(under.turns.map(({ itemId }) => itemId)).toEqual(["a1", "u1", "a2", "u2", "a3"]);
  });

  test("a question that was missed is declared where the call ends while it is answered", async () => {
    for (const absenceMs of [500, 5000]) {
      const under = createAssembly();
      await away(under, absenceMs);
      under.take(heardToTheEnd("a1"), ...candidateSpeaks("u1", "a1").slice(0, 1));
      under.assembly.end();
      const speaker = absenceMs < 2000 ? "interviewer" : "somebody";
      expect(under.told()).toEqual([`${speaker}: ? [gap, inferred]`, "candidate: ? [gap]"]);
    }
  });

  test("an answer that was transcribed after its reply began stands before it where the call ends then", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 5000);
    under.take(...interviewerDone("a2", "I see."), heardToTheEnd("a2"), transcribed("u1", "I am Ada."));
    under.take(...candidateSpeaks("u2", "a2").slice(0, 1));
    under.assembly.end();
    expect(under.turns.map(({ itemId }) => itemId)).toEqual(["a1", "gap:u1", "u1", "a2", "u2"]);
  });

  test("a long absence is not forgotten for a short one behind it: more may be missing", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 5000);
    await under.clock.advance(1000);
    await away(under, 100);
    // Of the reply only its end is seen, so that nothing leads back to what came before it.
    under.take(...interviewerDone("a3", "Well.").slice(0, 1), heardToTheEnd("a3"));
    under.take(...candidateSpeaks("u3", "a3"), transcribed("u3", "Yes."));
    under.take({ type: "retrieved", item: item("a3", "interviewer", { text: "Well." }) });
    await under.clock.advance(10_000);
    expect(under.told().slice(2)).toEqual([
      "somebody: ? [gap, inferred]",
      "interviewer: Well. [complete, inferred]",
      "candidate: Yes. [complete]",
    ]);
  });

  test("a long absence that something has led back over is over: a short one behind it hides little", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 5000);
    under.take(...interviewerSays("a2", "u1", "I see."));
    await away(under, 100);
    under.take(...candidateSpeaks("u2", "a2").slice(0, 2), transcribed("u2", "Yes."));
    under.take(...interviewerSays("a3", "u2", "Well."));
    under.take({ type: "retrieved", item: item("u2", "candidate", { text: "Yes." }) });
    await under.clock.advance(10_000);
    expect(under.turns.map(({ itemId }) => itemId)).toEqual(["a1", "u1", "a2", "u2", "a3"]);
  });

  test("an item whose place is known through another is not put before that", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer, ...interviewerBegins("a2", "u1", ["And?"]).slice(2));
    await away(under, 100);
    under.take(...candidateSpeaks("u2", "a2"), ...interviewerBegins("a3", "u2", ["Well."]));
    await away(under, 100);
    under.take({ type: "retrieved", item: item("a2", "interviewer", { text: "And?" }) });
    under.take(transcribed("u2", "Nothing."), ...interviewerDone("a3", "Well."), heardToTheEnd("a3"));
    under.assembly.end();
    expect(under.turns.map(({ itemId }) => itemId)).toEqual(["a1", "u1", "a2", "u2", "a3"]);
  });

  test("the gap of a long absence stands behind what had begun before it", async () => {
    const under = createAssembly();
    under.take(...opening, ...candidateSpeaks("u1", "a1").slice(0, 1));
    await away(under, 30_000);
    under.take({ type: "retrieved", item: item("u1", "candidate", { text: "I am Ada." }) });
    under.take(...candidateSpeaks("u3", "a3"), transcribed("u3", "Yes."));
    under.take({ type: "retrieved", item: item("a3", "interviewer", { text: "Really?" }) });
    under.assembly.end();
    expect(under.told()).toEqual([
      "interviewer: Hello. [complete]",
      "candidate: I am Ada. [complete, inferred]",
      "somebody: ? [gap, inferred]",
      "interviewer: Really? [complete, inferred]",
      "candidate: Yes. [complete]",
    ]);
  });

  test("a reply of which only the end of its voice was told is a gap", async () => {
    const under = createAssembly();
    under.take(...opening, ...candidateSpeaks("u1", "a1"));
    await away(under, 400);
    under.take({ type: "retrieved", item: item("u1", "candidate", { text: "I am Ada." }) }, heardToTheEnd("a2"));
    under.assembly.end();
    expect(under.told().slice(1)).toEqual(["candidate: I am Ada. [complete]", "interviewer: ? [gap, inferred]"]);
  });

  test("of a voice that may have begun and ended unheard it is not said that it was cut off", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer, ...interviewerBegins("a2", "u1", ["And?"]).slice(0, 3));
    await away(under, 400);
    under.take({ type: "retrieved", item: item("a2", "interviewer", { text: "And?" }) });
    under.assembly.end();
    expect(under.turns.at(-1)).toMatchObject({ text: "And?", status: "complete", heardText: null });
  });

  test.each(["refused", "not answered"])("an item that is %s is a gap", async (how) => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 500);
    under.take(...interviewerSays("a2", "u1", "I see."));
    if (how === "refused") under.take({ type: "not_retrieved", itemId: "u1" });
    else await under.clock.advance(5000);
    expect(under.told().slice(1)).toEqual(["somebody: ? [gap, inferred]", "interviewer: I see. [complete]"]);
  });

  test("what a browser asks for changes nothing", () => {
    const under = createAssembly();
    under.take(...opening, { type: "retrieved", item: item("x", "interviewer", { text: "Not ours." }) });
    under.assembly.end();
    expect(under.told()).toHaveLength(1);
  });

  test("a call that ends in a long absence, or silent after one, ends with a gap; a short one is none", async () => {
    for (const [ms, turns] of [
      [1000, 1],
      [3000, 2],
    ] as const) {
      for (const isBack of [false, true]) {
        const under = createAssembly();
        under.take(...opening);
        under.assembly.lost();
        await under.clock.advance(ms);
        if (isBack) under.assembly.back();
        under.assembly.end();
        expect(under.turns).toHaveLength(turns);
      }
    }
  });
});

describe("cut at every event in turn", () => {
  const interview: readonly CallEvent[] = [
    ...opening,
    ...answer,
    ...interviewerBegins("a2", "u1", ["And?"]),
    ...interviewerDone("a2", "And what?"),
    { type: "candidate_speaking", itemId: "u2", active: true },
    ...cutOff("a2", 500),
    ...candidateSpeaks("u2", "a2").slice(1),
    transcribed("u2", "Nothing."),
    ...interviewerSays("a3", "u2", "Goodbye."),
  ];
  /** What the provider has of an item after so many of its events. */
  const known = (id: string, seen: readonly CallEvent[]): CallEvent => {
    const there = seen.some((event) => event.type === "item" && event.item.id === id);
    if (!there) return { type: "not_retrieved", itemId: id };
    const texts = seen.flatMap((event) => (event.type === "text" && event.itemId === id ? [event.text] : []));
    const isCut = seen.some((event) => event.type === "truncated" && event.itemId === id);
    const speaker = id.startsWith("a") ? "interviewer" : "candidate";
    const status = speaker === "interviewer" && texts.length === 0 ? "in_progress" : "complete";
    return { type: "retrieved", item: item(id, speaker, { text: isCut ? null : (texts[0] ?? null), status }) };
  };

  test.each(interview.map((event, index) => [index, event.type] as const))(
    "event %i (%s) lost: every word is there, in order",
    async (index) => {
      const under = createAssembly();
      let answered = 0;
      for (const [at, event] of interview.entries()) {
        if (at === index) {
          await away(under, 100);
        } else {
          under.take(event);
        }
        for (; answered < under.asked.length; answered++)
          under.take(known(under.asked[answered] ?? "", interview.slice(0, at + 1)));
      }
      await under.clock.advance(200_000);
      under.assembly.end();
      expect(under.turns.map(({ speaker, text }) => [speaker, text])).toEqual([
        ["interviewer", "Hello."],
        ["candidate", "I am Ada."],
        ["interviewer", expect.stringMatching(/^And/)],
        ["candidate", "Nothing."],
        ["interviewer", "Goodbye."],
      ]);
    },
  );
});
