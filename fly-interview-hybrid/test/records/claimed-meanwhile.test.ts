import { expect, onTestFinished, test } from "vitest";
import { LeaseLost } from "../../src/records/machines.ts";
import type { Records } from "../../src/records/records.ts";
import { sqlRecords } from "../../src/records/sql/records.ts";
import { openDatabase } from "../../src/records/sqlite/database.ts";
import { sqliteBackend } from "../../src/records/sqlite/records.ts";
import { NO_USAGE } from "../../src/records/usage.ts";
import { createFakeClock } from "../fake-clock.ts";
import { ALONE, call, insertOwn, session, turn } from "./each-backend.ts";

const mark = { id: "m", sessionId: "ses_a", callId: "call_1", at: 5, kind: "note", text: null, counted: null } as const;

/** What a process that is gone has left, written by the next one, and whether it is there. */
const LEFT_OVER = {
  "a turn": {
    write: (records: Records) => records.insertTurn(turn),
    isThere: async (records: Records) => (await records.turnsOf("ses_a")).length === 1,
  },
  usage: {
    write: (records: Records) => records.putUsage("call_1", { ...NO_USAGE, responses: 3 }),
    isThere: async (records: Records) => (await records.usageOfCall("call_1")).responses === 3,
  },
  "a mark": {
    write: (records: Records) => records.insertMark(mark),
    isThere: async (records: Records) => (await records.marksOf("ses_a")).length === 1,
  },
};

/**
 * Two processes on one store, the first of which has left a session with a call. `afterNext` has something done behind the
 * next query of the second, before that hears what came of it.
 */
async function openAfterDeath(): Promise<{
  readonly next: Records;
  readonly afterNext: (work: () => Promise<unknown>) => void;
}> {
  const backend = sqliteBackend(await openDatabase(":memory:"));
  let meanwhile: (() => Promise<unknown>) | undefined;
  const database = backend.database.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      const work = meanwhile;
      meanwhile = undefined;
      await work?.();
      return result;
    },
  });
  const [dead, next] = [
    sqlRecords(backend, createFakeClock()),
    sqlRecords({ ...backend, database }, createFakeClock()),
  ];
  onTestFinished(() => next.close());
  for (const records of [dead, next]) await records.beat(ALONE);
  await insertOwn(dead, session);
  await dead.insertCall(call);
  await dead.leave();
  return {
    next,
    afterNext(work) {
      meanwhile = work;
    },
  };
}

test.each(Object.entries(LEFT_OVER))(
  "%s that is refused, because the session is nobody's, while it is claimed, is not taken for done",
  async (_what, { write, isThere }) => {
    const { next, afterNext } = await openAfterDeath();
    await expect(write(next)).rejects.toThrow(LeaseLost);
    afterNext(() => next.claimUnowned(9));
    await write(next);
    expect(await isThere(next)).toBe(true);
  },
);

test("what is there already is still told from what is not", async () => {
  const { next } = await openAfterDeath();
  await next.claimUnowned(9);
  expect(await next.insertTurn(turn)).toBe(true);
  expect(await next.insertTurn(turn)).toBe(false);
});
