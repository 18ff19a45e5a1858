import { expect, onTestFinished, test } from "vitest";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { status, toldOf } from "../interview/conversation.ts";
import { expectToGoOn, holdInterview } from "./held-interview.ts";

test("of two machines the one that runs an interview is killed in mid-sentence: the page goes on at the other", async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const interview = await holdInterview({ sharedDatabase: postgres.urlOf(await postgres.createDatabase()) });
  const { candidate, page } = interview;
  const { packets } = await candidate.inboundAudio();
  const killedAt = performance.now();
  await interview.killOneOfTwo();
  await status(page, /^The interview goes on/);
  await status(page, /^Connected/);
  process.stdout.write(`machine killed to session at the other: ${Math.round(performance.now() - killedAt)} ms\n`);
  expect(toldOf(candidate, "initialized").map(({ resumed }) => resumed)).toEqual([false, true]);
  await expectToGoOn(interview, packets);
  expect(await interview.calls()).toHaveLength(1);
});
