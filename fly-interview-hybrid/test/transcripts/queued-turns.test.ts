import { expect, test } from "vitest";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { settle } from "../fake-clock.ts";
import { newTurn, openTranscripts, session } from "./open-transcripts.ts";

test("turns that cannot be written wait until they can, in their order, in one unbroken chain", async () => {
  const { write, finish, fillDisk, clock, records } = await openTranscripts();
  await write(newTurn("a"));
  fillDisk(true);
  await write(newTurn("b"), newTurn("c"));
  await clock.advance(60_000);
  expect(await records.turnsOf(session.id)).toHaveLength(1);
  fillDisk(false);
  await clock.advance(1000);
  await write(newTurn("d"));
  expect((await records.turnsOf(session.id)).map(({ n, text }) => [n, text])).toEqual([
    [1, "Words of a."],
    [2, "Words of b."],
    [3, "Words of c."],
    [4, "Words of d."],
  ]);
  expect(verifyTranscript(Buffer.from(await finish()))).toMatchObject({ ok: true, turns: 4 });
  expect(clock.pending()).toBe(0);
});

test("they are told once, under their numbers, as soon as they are safe in the queue", async () => {
  const { write, written, fillDisk, clock } = await openTranscripts();
  await write(newTurn("a"));
  fillDisk(true);
  await write(newTurn("b"), newTurn("c"));
  const told = ["1 Words of a.", "2 Words of b.", "3 Words of c."];
  expect(written).toEqual(told);
  fillDisk(false);
  await clock.advance(1000);
  await write(newTurn("d"));
  expect(written).toEqual([...told, "4 Words of d."]);
});

test("a session whose first turn has to wait is told of it when it is written", async () => {
  const { write, written, fillDisk, clock } = await openTranscripts();
  fillDisk(true);
  await write(newTurn("a"), newTurn("b"));
  expect(written).toEqual([]);
  fillDisk(false);
  await clock.advance(1000);
  expect(written).toEqual(["1 Words of a.", "2 Words of b."]);
});

test("a turn whose insert got no answer is neither doubled nor lost, whenever it comes through", async () => {
  const { write, written, clock, records, loseAnswers, finish } = await openTranscripts();
  await write(newTurn("a"));
  loseAnswers(1);
  await write(newTurn("b"));
  await write(newTurn("c"));
  await clock.advance(1000);
  await write(newTurn("d"));
  expect((await records.turnsOf(session.id)).map(({ text }) => text)).toEqual(
    ["a", "b", "c", "d"].map((id) => `Words of ${id}.`),
  );
  expect(written).toEqual(["1 Words of a.", "2 Words of b.", "3 Words of c.", "4 Words of d."]);
  expect(verifyTranscript(Buffer.from(await finish()))).toMatchObject({ ok: true, turns: 4 });
});

test("where there is no room for a turn, a gap says so, once for all that are missing in a row", async () => {
  const { write, fillDisk, clock, records, outcomes, finish } = await openTranscripts({ writes: 1, bytes: 10_000 });
  await write(newTurn("a"));
  fillDisk(true);
  await write(newTurn("b"), newTurn("c"), newTurn("d"));
  fillDisk(false);
  await clock.advance(1000);
  await write(newTurn("e"));
  expect((await records.turnsOf(session.id)).map(({ status, text }) => [status, text])).toEqual([
    ["complete", "Words of a."],
    ["complete", "Words of b."],
    ["gap", null],
    ["complete", "Words of e."],
  ]);
  expect(outcomes.filter((outcome) => outcome === "turn dropped")).toHaveLength(2);
  expect(verifyTranscript(Buffer.from(await finish()))).toMatchObject({ ok: true, turns: 4 });
});

test("nobody waits for the seal of a transcript whose turns wait, and it is signed when they are written", async () => {
  const { transcripts, write, clock, records, fillDisk } = await openTranscripts();
  fillDisk(true);
  await write(newTurn("a"));
  await records.updateSession(session.id, { endReason: "deleted", endedAt: session.createdAt + 1 });
  const sealed = transcripts.seal(session.id);
  await clock.advance(3000);
  await sealed;
  expect(await records.findSeal(session.id)).toBeUndefined();
  fillDisk(false);
  await clock.advance(1000);
  expect(await records.findSeal(session.id)).toMatchObject({ turns: 1 });
});

test("the end of the process gives them one last try", async () => {
  const { write, queue, clock, records, fillDisk } = await openTranscripts();
  fillDisk(true);
  await write(newTurn("a"));
  fillDisk(false);
  await queue.close();
  await settle();
  expect(await records.turnsOf(session.id)).toHaveLength(1);
  expect(clock.pending()).toBe(0);
});
