import { expect, test } from "vitest";
import { SessionElsewhere } from "../../src/sessions/elsewhere.ts";
import { ada } from "./open-sessions.ts";
import { startTalk } from "./start-session.ts";

test("a transcript that is not signed yet is read where the session ran, because its last turns may be on their way", async () => {
  const { sessions, session, records, database, clock } = await startTalk();
  await database
    .insertInto("machines")
    .values({ id: "mch_other", address: "http://10.0.0.2", draining: 0, beat: 0 })
    .execute();
  await sessions.takeOver();
  await sessions.end(session, "deleted");
  const seal = await records.findSeal(session.id);
  if (seal === undefined) throw new Error("The transcript is not signed.");
  await database.deleteFrom("transcriptSeals").execute();
  await database.updateTable("sessions").set({ owner: "mch_other" }).execute();
  const read = (): Promise<unknown> => sessions.transcriptOf(session.id, { principal: ada });
  await expect(read()).rejects.toThrow(SessionElsewhere);
  expect(await records.findSeal(session.id)).toBeUndefined();
  await records.insertSeal(seal);
  expect(await read()).toMatchObject({ proof: { signature: seal.signature } });
  await sessions.close();
  expect(clock.pending()).toBe(0);
});
