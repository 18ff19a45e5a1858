import { expect, onTestFinished, test, vi } from "vitest";
import { openSqliteRecords } from "../../src/records/sqlite/records.ts";
import { createFakeClock } from "../fake-clock.ts";
import { queueInMemory } from "../queue-in-memory.ts";
import { ALONE, insertOwn, session } from "./each-backend.ts";

test("sessions that are claimed are handed out in the end, though what is queued cannot be written at once", async () => {
  const clock = createFakeClock();
  const records = await openSqliteRecords(":memory:", clock);
  onTestFinished(() => records.close());
  await records.beat(ALONE);
  for (const id of ["ses_a", "ses_b", "ses_c"]) await insertOwn(records, { ...session, id });
  await records.leave();
  await records.beat(ALONE);
  const { queued, queue } = queueInMemory(records, clock);
  const failing = vi.spyOn(records, "updateSession").mockRejectedValue(new Error("connection refused"));
  await queued.updateSession("ses_b", { endReason: "completed", endedAt: 5 });
  await expect(queued.claimUnowned(9)).rejects.toMatchObject({ code: "RECORDS_UNAVAILABLE" });
  failing.mockRestore();
  expect((await queued.claimUnowned(9)).map(({ id }) => id).toSorted()).toEqual(["ses_a", "ses_c"]);
  expect(await queued.claimUnowned(9)).toEqual([]);
  await queue.close();
});
