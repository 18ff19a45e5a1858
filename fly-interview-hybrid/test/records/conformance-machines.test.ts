import { describe, expect, test } from "vitest";
import { LeaseLost } from "../../src/records/machines.ts";
import type { Records } from "../../src/records/records.ts";
import { NO_USAGE } from "../../src/records/usage.ts";
import { ALONE, call, eachBackend, insertOwn, session, turn } from "./each-backend.ts";

const item = { callId: "call_1", itemId: "a", previousId: null };
const mark = { id: "m", sessionId: "ses_a", callId: "call_1", at: 5, kind: "note", text: null, counted: null } as const;
const HERE = { address: "http://10.0.0.1:8080", draining: false };

/** Everything that only the owner of the session may write. */
const WRITES: Readonly<Record<string, (records: Records) => Promise<unknown>>> = {
  "a change of the session": (records) => records.updateSession("ses_a", { endReason: "deleted", endedAt: 5 }),
  "a new call": (records) => records.insertCall({ ...call, id: "call_2" }),
  "a change of a call": (records) => records.updateCall("call_1", { state: "live" }),
  "an item": (records) => records.insertCallItem(item),
  usage: (records) => records.putUsage("call_1", NO_USAGE),
  "a mark": (records) => records.insertMark(mark),
  "a turn": (records) => records.insertTurn(turn),
};

eachBackend((_open, openShared) => {
  /** A session with a call, which the first of two machines owns. */
  async function openOwned(): Promise<readonly [Records, Records]> {
    const [one, other] = await openShared();
    await insertOwn(one, session);
    await one.insertCall(call);
    return [one, other];
  }

  /** Takes for dead whoever is not the one that says so. */
  async function buryOthers(records: Records): Promise<void> {
    const { self, machines } = await records.beat(ALONE);
    for (const machine of machines) if (machine.id !== self) await records.bury(machine);
  }

  const idOf = async (records: Records): Promise<string> => (await records.beat(ALONE)).self;

  test("each machine sees how the others showed themselves last", async () => {
    const [one, other] = await openShared();
    const before = await other.beat(ALONE);
    const { self } = await one.beat({ ...HERE, draining: true });
    const after = await other.beat(ALONE);
    const own = (machines: typeof after.machines): unknown => machines.find(({ id }) => id === self);
    expect(own(before.machines)).toEqual({ id: self, ...ALONE, beat: 0 });
    expect(own(after.machines)).toEqual({ id: self, ...HERE, draining: true, beat: 1 });
    expect(after).toMatchObject({ wasBuried: false });
  });

  describe.each(Object.entries(WRITES))("%s", (_what, write) => {
    test("is the owner's to write, and nobody else's", async () => {
      const [one, other] = await openOwned();
      await expect(write(other)).rejects.toThrow(LeaseLost);
      await write(one);
    });

    test("is not written any more by an owner that was taken for dead, before and after another has the session", async () => {
      const [one, other] = await openOwned();
      await buryOthers(other);
      await expect(write(one)).rejects.toThrow(LeaseLost);
      const [claimed] = await other.claimUnowned(9);
      expect(claimed).toMatchObject({ id: "ses_a", fence: 1, owner: await idOf(other) });
      await expect(write(one)).rejects.toThrow(LeaseLost);
      expect(await one.beat(ALONE)).toMatchObject({ wasBuried: true });
      await expect(write(one)).rejects.toThrow(LeaseLost);
      await write(other);
    });
  });

  test("who was taken for dead claims nothing until it has shown itself again: it would be nobody's for ever", async () => {
    const [one, other] = await openOwned();
    await one.bequeath(["ses_a"], await idOf(other));
    await insertOwn(one, { ...session, id: "ses_b" });
    await other.insertSession({ ...session, id: "ses_c", startedAt: null, deadline: 5 });
    await buryOthers(one);
    await one.leave();
    expect(await other.inherit("ses_a")).toBeUndefined();
    expect(await other.claimUnowned(9)).toEqual([]);
    expect(await other.claimOverdue(6, 9)).toEqual([]);
    const { self } = await other.beat(ALONE);
    const claimed = await other.claimUnowned(9);
    expect(new Map(claimed.map(({ id, owner }) => [id, owner]))).toEqual(
      new Map([
        ["ses_a", self],
        ["ses_b", self],
      ]),
    );
  });

  test("who was taken for dead begins nothing until it has shown itself again, under another id", async () => {
    const [one, other] = await openShared();
    const id = await idOf(one);
    await buryOthers(other);
    await expect(insertOwn(one, session)).rejects.toThrow(LeaseLost);
    await other.insertSession({ ...session, id: "ses_b", startedAt: null });
    const start = { startedAt: 7, deadline: 8, resumeTokenHashes: [] };
    const starting = one.startSession({ ...session, id: "ses_b" }, start, { ofTenant: 9, ofPerson: 9 });
    await expect(starting).rejects.toThrow(LeaseLost);
    const { self } = await one.beat(ALONE);
    expect(self).not.toBe(id);
    await insertOwn(one, session);
    expect(await one.findSession("ses_a")).toMatchObject({ owner: self, fence: 0 });
  });

  test("a machine that has shown itself meanwhile is not dead", async () => {
    const [one, other] = await openOwned();
    const { machines } = await other.beat(ALONE);
    await one.beat(ALONE);
    for (const machine of machines) await other.bury(machine);
    expect(await other.claimUnowned(9)).toEqual([]);
    expect(await one.beat(ALONE)).toMatchObject({ wasBuried: false });
  });

  test("of a session that has ended, its owner writes the last turn whatever it is taken for", async () => {
    const [one, other] = await openOwned();
    await one.updateSession("ses_a", { endReason: "completed", endedAt: 5 });
    await buryOthers(other);
    await one.beat(ALONE);
    expect(await one.insertTurn(turn)).toBe(true);
    expect(await other.claimUnowned(9)).toEqual([]);
  });

  test("several that claim at once get the oldest, and no two the same", async () => {
    const [one, other] = await openShared();
    for (let n = 0; n < 40; n += 1) await insertOwn(one, { ...session, id: `ses_${n}`, createdAt: n });
    await one.leave();
    const first = await other.claimUnowned(4);
    expect(first.map(({ id }) => id).toSorted()).toEqual(["ses_0", "ses_1", "ses_2", "ses_3"]);
    await one.beat(ALONE);
    const shares = await Promise.all([one, other, one, other].map((records) => records.claimUnowned(9)));
    const claimed = shares.flat().map(({ id }) => id);
    expect(new Set(claimed).size).toBe(claimed.length);
    const rest = await one.claimUnowned(40);
    expect(claimed.length + rest.length).toBe(36);
  });

  test("a session waits for its person with nobody, and is claimed only when it is overdue", async () => {
    const [one, other] = await openShared();
    await one.insertSession({ ...session, startedAt: null, deadline: 5 });
    expect(await other.claimUnowned(9)).toEqual([]);
    expect(await other.claimOverdue(5, 9)).toEqual([]);
    expect(await other.claimOverdue(6, 9)).toMatchObject([{ id: "ses_a", startedAt: null }]);
    expect(await one.claimOverdue(6, 9)).toEqual([]);
    await expect(one.updateSession("ses_a", { endedAt: 6 })).rejects.toThrow(LeaseLost);
  });

  test("a session that is offered is its heir's when that accepts, and nobody else's", async () => {
    const [one, other] = await openOwned();
    expect(await other.inherit("ses_a")).toBeUndefined();
    await one.bequeath(["ses_a"], await idOf(other));
    expect(await one.offeredSessions()).toEqual([]);
    expect(await one.inherit("ses_a")).toBeUndefined();
    expect(await other.offeredSessions()).toMatchObject([{ id: "ses_a", owner: await idOf(one) }]);
    await one.insertTurn(turn);
    expect(await one.runningSessions()).toHaveLength(1);
    expect(await other.inherit("ses_a")).toMatchObject({ owner: await idOf(other), fence: 1 });
    expect(await other.inherit("ses_a")).toBeUndefined();
    expect(await other.offeredSessions()).toEqual([]);
    expect(await one.runningSessions()).toEqual([]);
    await expect(one.updateSession("ses_a", { endedAt: 5 })).rejects.toThrow(LeaseLost);
  });

  test("an offer stands as long as its owner has the session and has made no other", async () => {
    const [one, other] = await openOwned();
    await other.bequeath(["ses_a"], await idOf(other));
    expect(await other.offeredSessions()).toEqual([]);
    await one.bequeath(["ses_a"], await idOf(other));
    await one.bequeath(["ses_a"], "mch_third");
    expect(await other.inherit("ses_a")).toBeUndefined();
    await one.bequeath(["ses_a"], await idOf(other));
    await one.updateSession("ses_a", { endReason: "completed", endedAt: 5 });
    expect(await other.offeredSessions()).toEqual([]);
    expect(await other.inherit("ses_a")).toBeUndefined();
  });

  test("calls that nobody will end are those of ended sessions whose owner is gone", async () => {
    const [one, other] = await openOwned();
    await insertOwn(one, { ...session, id: "ses_b" });
    await one.insertCall({ ...call, id: "call_b", sessionId: "ses_b" });
    await one.updateSession("ses_a", { endReason: "completed", endedAt: 5 });
    expect(await other.strayCalls()).toEqual([]);
    await one.leave();
    expect((await other.strayCalls()).map(({ id }) => id)).toEqual(["call_1"]);
    // Who sees it to its end may note what it learns on the way, though the session is nobody's.
    await other.keepCallId("call_1", "rtc_1");
    expect(await other.strayCalls()).toMatchObject([{ id: "call_1", upstreamCallId: "rtc_1" }]);
    await other.endCall("call_1", { state: "ended", endedAt: 6 });
    expect(await other.strayCalls()).toEqual([]);
  });
});
