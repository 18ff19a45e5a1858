import { expect, test } from "vitest";
import { inOrder, type Mark, type Turn, wordsOf } from "../../src/ops/past/transcript.ts";
import { remarkOn } from "../../src/ops/turn-words.ts";

function turn(n: number, changes: Partial<Turn> = {}): Turn {
  return {
    n,
    id: `turn-${n}`,
    role: "interviewer",
    status: "complete",
    text: "Good morning.",
    textHash: "hash",
    heardText: null,
    heardMs: null,
    startedAt: `2026-11-27T10:00:0${n}.000Z`,
    ...changes,
  };
}

function mark(second: number): Mark {
  return { at: `2026-11-27T10:00:0${second}.500Z`, callId: "call", kind: "drift", text: null, counted: true };
}

test("what was noted stands where it happened", () => {
  const turns = [turn(1), turn(2, { startedAt: null }), turn(3)];
  const order = inOrder(turns, [mark(0), mark(2), mark(7)]).map((entry) =>
    entry.kind === "turn" ? entry.turn.n : entry.mark.at.slice(18, 19),
  );
  expect(order).toEqual(["0", 1, 2, "2", 3, "7"]);
});

test("of a turn that was cut off, what was heard is told from the rest", () => {
  const cut = turn(1, { status: "interrupted", text: "And when a card tears?", heardText: "And when", heardMs: 1234 });
  expect(wordsOf(cut)).toEqual({ heard: "And when", unheard: " a card tears?" });
  expect(remarkOn(cut)).toBe("interrupted after 1.2 s");
});

test("words that were erased are told from words that are not known", () => {
  expect(wordsOf(turn(1, { text: null })).heard).toBe("[erased]");
  expect(wordsOf(turn(1, { text: null, textHash: null, status: "gap" })).heard).toBe("");
});
