import { expect, test } from "vitest";
import { EMPTY_BOARD, secondsLeft, withEvent } from "../../src/ops/board.ts";
import { AT, overview, running } from "./sample-sessions.ts";

const NOW = Date.parse(AT);
const listed = withEvent(
  EMPTY_BOARD,
  { type: "sessions", at: AT, sessions: [running("a"), running("b"), running("c")], more: false },
  NOW,
);

test("the first list makes the board live", () => {
  expect(EMPTY_BOARD.line).toBe("connecting");
  expect(listed.line).toBe("live");
  expect([...listed.sessions.keys()]).toEqual(["a", "b", "c"]);
});

test("changes replace what changed, add what is new, take out what is gone, and leave the rest the same object", () => {
  const changed = [running("b", { quality: "poor" }), running("d")];
  const next = withEvent(listed, { type: "changes", at: AT, changed, gone: ["c"], more: true }, NOW);
  expect([...next.sessions.keys()]).toEqual(["a", "b", "d"]);
  expect(next.sessions.get("a")).toBe(listed.sessions.get("a"));
  expect(next.sessions.get("b")?.quality).toBe("poor");
  expect(next.hasMore).toBe(true);
  expect(listed.sessions.get("b")?.quality, "the board before stays as it was").toBe("good");
});

test("an overview leaves the list alone", () => {
  const next = withEvent(listed, overview(), NOW);
  expect(next.overview).toEqual(overview());
  expect(next.sessions).toBe(listed.sessions);
});

test("a list that comes anew, after a line that was lost, takes the place of the old one", () => {
  const lost = { ...listed, line: "lost" } as const;
  const next = withEvent(lost, { type: "sessions", at: AT, sessions: [running("z")], more: false }, NOW);
  expect([next.line, ...next.sessions.keys()]).toEqual(["live", "z"]);
});

test("what is left counts by the server's clock, and stands while that of the session does", () => {
  const minuteSlow = withEvent(listed, overview(), NOW - 60_000);
  expect(minuteSlow.clockOffsetMs).toBe(60_000);
  expect(secondsLeft(running("a"), NOW)).toBe(20 * 60);
  const standing = running("a", { deadline: null, remainingSeconds: 300 });
  expect(secondsLeft(standing, NOW + 60_000)).toBe(300);
});
