import { expect, test } from "vitest";
import { settle } from "../fake-clock.ts";
import { newTurn, openTranscripts, session } from "./open-transcripts.ts";

test("turns that cannot be written wait until they can, in their order", async () => {
  const { transcripts, clock, written, fillDisk } = await openTranscripts();
  fillDisk(true);
  for (const id of ["a", "b"]) transcripts.write(session, newTurn(id), ({ n, text }) => written.push(`${n} ${text}`));
  await clock.advance(60_000);
  expect(written).toEqual([]);
  fillDisk(false);
  await clock.advance(15_000);
  expect(written).toEqual(["1 Words of a.", "2 Words of b."]);
  expect(clock.pending()).toBe(0);
});

test("nobody waits for a parked turn, and the transcript is signed when it was written", async () => {
  const { transcripts, clock, records, fillDisk } = await openTranscripts();
  fillDisk(true);
  transcripts.write(session, newTurn("a"), () => undefined);
  await records.updateSession(session.id, { endReason: "deleted", endedAt: session.createdAt + 1 });
  const settled = transcripts.settled(session.id);
  const sealed = transcripts.seal(session.id);
  await clock.advance(3000);
  await Promise.all([settled, sealed]);
  expect(await records.findSeal(session.id)).toBeUndefined();
  fillDisk(false);
  await clock.advance(15_000);
  expect(await records.findSeal(session.id)).toMatchObject({ turns: 1 });
});

test("the end of the process gives them one last try", async () => {
  const { transcripts, clock, records, fillDisk } = await openTranscripts();
  fillDisk(true);
  transcripts.write(session, newTurn("a"), () => undefined);
  await settle();
  fillDisk(false);
  await transcripts.close();
  expect(await records.turnsOf(session.id)).toHaveLength(1);
  expect(clock.pending()).toBe(0);
});
