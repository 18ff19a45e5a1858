import { describe, expect, test } from "vitest";
import { heardUntil } from "../../src/sessions/calls/call-history.ts";
import type { EarlierCall } from "../../src/supervision/turn-assembly.ts";
import {
  answer,
  type AssemblyUnderTest,
  away,
  candidateSpeaks,
  createAssembly,
  cutOff,
  heardToTheEnd,
  interviewerBegins,
  interviewerDone,
  item,
  opening,
  transcribed,
} from "./assembly-harness.ts";

/** What the records say of a call when the process that listened to it is gone. */
function recordsOf({ placed, turns, clock }: AssemblyUnderTest): EarlierCall {
  const told = new Set(turns.map(({ itemId }) => itemId));
  const items = placed.map((text) => {
    const [itemId = "", previousId = ""] = text.split(" behind ");
    return { itemId, previousId: previousId === "nothing" ? null : previousId, isTold: told.has(itemId) };
  });
  const lastSpeaker = turns.at(-1)?.speaker ?? null;
  return { items, lastSpeaker, isGreeted: true, heardUntil: clock.now() };
}

const ids = ({ turns }: AssemblyUnderTest): readonly string[] => turns.map(({ itemId }) => itemId);

describe("after one outage and another", () => {
  test("the next process finds the order that the one before had found, its gaps included", async () => {
    const before = createAssembly();
    before.take(...opening, ...answer);
    await away(before, 3000);
    // Nothing leads back from this question to what was before it.
    before.take(...interviewerDone("a2", "And?"), heardToTheEnd("a2"), ...candidateSpeaks("u2", "a2"));
    before.take({ type: "retrieved", item: item("a2", "interviewer", { text: "And?" }) });
    expect(ids(before)).toEqual(["a1", "u1", "gap:a2", "a2"]);

    const after = createAssembly();
    after.assembly.resume(recordsOf(before));
    after.assembly.back();
    expect(after.asked).toEqual(["u2"]);
    after.take({ type: "retrieved", item: item("u2", "candidate", { text: "Nothing." }) });
    expect(after.told()).toEqual(["candidate: Nothing. [complete]"]);
  });

  test("an item that waits for a missing one is not taken for missing itself", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 500);
    under.take(...candidateSpeaks("u2", "a2"), ...interviewerBegins("a3", "u2", ["Well."]));
    await away(under, 500);
    // The answers come in the order of the questions.
    for (const id of under.asked.slice(1))
      under.take({ type: "retrieved", item: item(id, id === "u2" ? "candidate" : "interviewer", { text: id }) });
    under.take(heardToTheEnd("a3"));
    expect(ids(under)).toEqual(["a1", "u1", "a2", "u2", "a3"]);
  });

  test("what two long outages hid is declared on either side of what was heard between them", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 5000);
    under.take({ type: "candidate_speaking", itemId: "u2", active: true });
    await away(under, 5000);
    under.take({ type: "retrieved", item: item("u2", "candidate", { text: "Engines." }) });
    under.take(...candidateSpeaks("u4", "a4"), transcribed("u4", "Yes."));
    under.take({ type: "retrieved", item: item("a4", "interviewer", { text: "Well?" }) });
    expect(ids(under)).toEqual(["a1", "gap:u2", "u2", "gap:a4", "a4", "u4"]);
  });

  test("a call that ends after moments of absence with nothing in between ends with a gap", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 100);
    await under.clock.advance(8000);
    await away(under, 100);
    under.assembly.end();
    expect(ids(under)).toEqual(["a1", "gap:end"]);
  });
});

describe("a line that is asked for because of what was said to it", () => {
  const retrieved = (id: string, text: string | null) =>
    ({ type: "retrieved", item: item(id, "interviewer", { text }) }) as const;

  test("stands before what came later, although its answer comes last", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 5000);
    under.take(...candidateSpeaks("u2", "a2"), transcribed("u2", "Engines."));
    under.take({ type: "delta", itemId: "a3", speaker: "interviewer", text: " to do" });
    under.take(retrieved("a2", "And?"));
    under.assembly.end();
    expect(ids(under)).toEqual(["a1", "gap:a2", "a2", "u2", "a3"]);
  });

  test("was there as early as that, so that a later absence may still hide something behind them", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 5000);
    under.take(...candidateSpeaks("u2", "a2"), transcribed("u2", "Engines."));
    await away(under, 5000);
    under.take(retrieved("a2", "And?"));
    under.assembly.end();
    expect(ids(under)).toEqual(["a1", "gap:a2", "a2", "u2", "gap:end"]);
  });

  test("and may have been cut off meanwhile is not told before the answer says so", async () => {
    const under = createAssembly();
    under.take(...opening, ...candidateSpeaks("u1", "a1"), transcribed("u1", "I am Ada."));
    under.take(...interviewerBegins("a2", "u1", ["And?"]), ...interviewerDone("a2", "And?"));
    await away(under, 500);
    under.take(...interviewerBegins("a3", "u2", ["Well."]));
    expect(ids(under)).toEqual(["a1", "u1"]);
    under.take(retrieved("a2", null));
    expect(under.turns.at(-1)).toMatchObject({ itemId: "a2", status: "interrupted", text: "And?" });
  });

  test("was heard to its end where the next one has begun, whatever of its words was missed", async () => {
    const under = createAssembly();
    under.take(...opening, ...candidateSpeaks("u1", "a1"), transcribed("u1", "I am Ada."));
    under.take(...interviewerBegins("a2", "u1", ["And"]));
    await away(under, 500);
    under.take(...interviewerBegins("a3", "u2", ["Well."]));
    under.assembly.end();
    expect(under.turns.find(({ itemId }) => itemId === "a2")).toMatchObject({ status: "gap", text: "And" });
  });
});

describe("a candidate who spoke when a long absence began", () => {
  test("was done before the line that is answered after it", async () => {
    const under = createAssembly();
    under.take(...opening, { type: "candidate_speaking", itemId: "u1", active: true });
    await away(under, 5000);
    under.take(...candidateSpeaks("u2", "a2"));
    under.take({ type: "retrieved", item: item("a2", "interviewer", { text: "And?" }) });
    under.assembly.end();
    expect(ids(under)).toEqual(["a1", "u1", "gap:a2", "a2", "u2"]);
  });
});

describe("an answer of which only the words were told, after a long absence", () => {
  test("may have had a reply that nobody heard", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 5000);
    under.take(transcribed("u2", "Engines."));
    under.assembly.end();
    expect(ids(under)).toEqual(["a1", "gap:u2", "u2", "gap:end"]);
  });

  test("stands before the reply that was heard of first, also where it was the candidate who had spoken last", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 5000);
    under.take({ type: "delta", itemId: "a3", speaker: "interviewer", text: " to do" });
    under.take(transcribed("u2", "Engines."));
    under.assembly.end();
    expect(ids(under)).toEqual(["a1", "u1", "gap:u2", "u2", "a3"]);
  });

  test("is followed by the reply that was heard", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 5000);
    under.take(transcribed("u2", "Engines."));
    under.take({ type: "delta", itemId: "a3", speaker: "interviewer", text: " to do" });
    under.assembly.end();
    expect(ids(under)).toEqual(["a1", "gap:u2", "u2", "a3"]);
  });
});

describe("an absence between two processes", () => {
  test("counts as long, for their clocks may differ by it", () => {
    const before = createAssembly();
    before.take(...opening);
    const after = createAssembly();
    after.assembly.resume(recordsOf(before));
    after.assembly.back();
    after.assembly.end();
    expect(after.turns.at(-1)).toMatchObject({ status: "gap", speaker: null });
  });

  test("hides nothing where the next one had listened already", () => {
    const before = createAssembly();
    before.take(...opening);
    const after = createAssembly();
    after.assembly.resume({ ...recordsOf(before), heardAgainAt: after.clock.now() });
    after.assembly.back();
    after.assembly.end();
    expect(after.turns.filter(({ status }) => status === "gap")).toEqual([]);
  });
});

describe("a line of which the beginning was missed", () => {
  test("is a gap where it is cut off, with what was heard of it", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 100);
    under.take({ type: "delta", itemId: "a2", speaker: "interviewer", text: " to do" });
    under.take({ type: "truncated", itemId: "a2", heardMs: 800 });
    under.assembly.end();
    expect(under.turns.at(-1)).toMatchObject({ itemId: "a2", status: "gap", text: " to do" });
  });
});

describe("a voice of which only the end is heard", () => {
  test("is that of the line before it, although that is known only later", async () => {
    const before = createAssembly();
    before.take(...interviewerBegins("a1", null, ["Hello."]), ...interviewerDone("a1", "Hello."));
    const after = createAssembly();
    after.assembly.resume(recordsOf(before));
    after.assembly.back();
    after.take(heardToTheEnd("a1"), { type: "retrieved", item: item("a1", "interviewer", { text: "Hello." }) });
    after.assembly.end();
    expect(after.turns[0]).toMatchObject({ status: "complete", text: "Hello.", heardText: "Hello." });
  });

  test("stands as a gap behind the answer that was transcribed before it, and before what follows", async () => {
    const under = createAssembly();
    under.take(...opening);
    await away(under, 5000);
    under.take(transcribed("u1", "I am Ada."), heardToTheEnd("a2"));
    under.take({ type: "candidate_speaking", itemId: "u2", active: true });
    under.assembly.end();
    expect(under.told().slice(1)).toEqual([
      "somebody: ? [gap, inferred]",
      "candidate: I am Ada. [complete]",
      "interviewer: ? [gap, inferred]",
      "candidate: ? [gap]",
    ]);
  });

  test("is no turn of its own where the line that it cut off was told of", async () => {
    const under = createAssembly();
    under.take(...opening, ...answer);
    await away(under, 500);
    under.take({ type: "candidate_speaking", itemId: "u2", active: true }, ...cutOff("a2", 900));
    under.assembly.end();
    expect(under.turns.slice(2)).toMatchObject([
      { itemId: "a2", status: "gap", speaker: "interviewer" },
      { itemId: "u2", status: "gap", speaker: "candidate" },
    ]);
  });
});

test("a line whose end was missed is not cut off by the end of the call where somebody has answered it", async () => {
  const under = createAssembly();
  under.take(...interviewerBegins("a1", null, ["Hello."]), ...interviewerDone("a1", "Hello."));
  await away(under, 1500);
  under.take({ type: "retrieved", item: item("a1", "interviewer", { text: "Hello." }) });
  under.take({ type: "candidate_speaking", itemId: "u1", active: true }, transcribed("u1", "I am Ada."));
  under.assembly.end();
  expect(under.turns).toMatchObject([
    { itemId: "a1", status: "complete", heardText: null, endedAt: null },
    { itemId: "u1", status: "complete" },
  ]);
});

test("a first answer whose question was missed in a moment stands behind a gap", async () => {
  const under = createAssembly();
  await away(under, 500);
  under.take(...candidateSpeaks("u1", "a1").slice(0, 1));
  await away(under, 5000);
  under.take({ type: "retrieved", item: item("u1", "candidate", { text: "I am Ada." }) });
  under.take(...candidateSpeaks("u2", "a2"), transcribed("u2", "Engines."));
  under.take({ type: "retrieved", item: item("a2", "interviewer", { text: "And what do you do?" }) });
  expect(under.told()).toEqual([
    "interviewer: ? [gap, inferred]",
    "candidate: I am Ada. [complete, inferred]",
    "somebody: ? [gap, inferred]",
    "interviewer: And what do you do? [complete, inferred]",
    "candidate: Engines. [complete]",
  ]);
});

test("an outage during which the clock was set back counts as a long one", async () => {
  const under = createAssembly();
  under.take(...opening, ...answer);
  const earlier = { ...recordsOf(under), heardUntil: under.clock.now() + 60_000 };
  const after = createAssembly();
  after.assembly.resume(earlier);
  after.assembly.back();
  after.assembly.end();
  expect(ids(after)).toEqual(["gap:end"]);
});

test("what a process may have missed during the last turn that it told counts as missed when it is killed", () => {
  const turn = { startedAt: 1000, endedAt: 8000 };
  expect(heardUntil([turn])).toBe(1000);
  expect(heardUntil([turn, { startedAt: null, endedAt: 30_000 }])).toBe(8000);
  expect(heardUntil([])).toBeNull();
});
