import { describe, expect, test } from "vitest";
import type { Records, SessionRecord } from "../../src/records/records.ts";
import { eachBackend, insertOwn, session } from "./each-backend.ts";

const LIMITS = { ofTenant: 2, ofPerson: 1 };
const scheduled: SessionRecord = { ...session, startedAt: null, resumeTokenHashes: [] };
const start = { startedAt: 7, deadline: 8, resumeTokenHashes: ["h"] };

eachBackend((open) => {
  describe("admission", () => {
    test("counts the running sessions of a person and of a tenant", async () => {
      const records = await open();
      expect(await records.insertRunning(session, LIMITS)).toBe("admitted");
      expect(await records.insertRunning({ ...session, id: "ses_b" }, LIMITS)).toBe("person_full");
      expect(await records.insertRunning({ ...session, id: "ses_c", person: "eve" }, LIMITS)).toBe("admitted");
      expect(await records.insertRunning({ ...session, id: "ses_d", person: "bob" }, LIMITS)).toBe("tenant_full");
      expect(await records.insertRunning({ ...session, id: "ses_e", tenant: "other" }, LIMITS)).toBe("admitted");
      for (const id of ["ses_b", "ses_d"]) expect(await records.findSession(id)).toBeUndefined();
      await records.updateSession("ses_a", { endReason: "deleted", endedAt: 5 });
      expect(await records.insertRunning({ ...session, id: "ses_b" }, LIMITS)).toBe("admitted");
    });

    test("gives the last place to one of two who come at once", async () => {
      const records = await open();
      await records.insertSession({ ...scheduled, id: "ses_s", person: "eve" });
      await records.insertRunning({ ...session, person: "bob" }, LIMITS);
      const outcomes = await Promise.all([
        records.insertRunning({ ...session, id: "ses_b" }, LIMITS),
        records.startSession({ id: "ses_s", tenant: "default", person: "eve" }, start, LIMITS),
      ]);
      expect(outcomes.toSorted()).toEqual(["admitted", "tenant_full"]);
    });

    test("gives no place twice to a crowd that comes at once", async () => {
      const records = await open();
      const crowd = Array.from({ length: 24 }, (_, n) => ({ ...session, id: `ses_${n}`, person: `person ${n}` }));
      const outcomes = await Promise.all(
        crowd.map((each) => records.insertRunning(each, { ofTenant: 5, ofPerson: 1 })),
      );
      expect(outcomes.filter((outcome) => outcome === "admitted")).toHaveLength(5);
      expect(await records.runningSessions()).toHaveLength(5);
    });

    test("does not count sessions that wait for their person", async () => {
      const records = await open();
      for (const id of ["ses_1", "ses_2", "ses_3"]) await records.insertSession({ ...scheduled, id });
      expect(await records.insertRunning(session, LIMITS)).toBe("admitted");
    });

    test("starts a waiting session once", async () => {
      const records = await open();
      await records.insertSession(scheduled);
      const both = await Promise.all([
        records.startSession(scheduled, start, { ofTenant: 9, ofPerson: 9 }),
        records.startSession(scheduled, start, { ofTenant: 9, ofPerson: 9 }),
      ]);
      expect(both.toSorted()).toEqual(["admitted", "gone"]);
      expect(await records.findSession("ses_a")).toEqual({ ...scheduled, ...start, owner: expect.any(String) });
    });

    test("starts none that has ended, or that is beyond the limits", async () => {
      const records = await open();
      await records.insertSession({ ...scheduled, endReason: "not_started", endedAt: 5 });
      expect(await records.startSession(scheduled, start, LIMITS)).toBe("gone");
      await records.insertSession({ ...scheduled, id: "ses_b" });
      await records.insertRunning({ ...session, id: "ses_c" }, LIMITS);
      expect(await records.startSession({ ...scheduled, id: "ses_b" }, start, LIMITS)).toBe("person_full");
      expect(await records.findSession("ses_b")).toMatchObject({ startedAt: null });
    });
  });

  test("a session is found by its client's name for it, by its person, until it ends", async () => {
    const records = await open();
    await insertOwn(records, { ...session, name: "mine" });
    const ofAda = { tenant: "default", person: "ada" };
    expect(await records.findByName(ofAda, "mine")).toEqual(await records.findSession(session.id));
    for (const [owner, name] of [
      [{ ...ofAda, person: "eve" }, "mine"],
      [{ ...ofAda, tenant: "other" }, "mine"],
      [ofAda, "yours"],
    ] as const)
      expect(await records.findByName(owner, name)).toBeUndefined();
    await records.updateSession(session.id, { endReason: "deleted", endedAt: 5 });
    expect(await records.findByName(ofAda, "mine")).toBeUndefined();
  });

  describe("lists of sessions", () => {
    async function openWithSessions(): Promise<Records> {
      const records = await open();
      await records.insertSession({ ...scheduled, id: "ses_1", createdAt: 1 });
      await records.insertSession({ ...session, id: "ses_2", createdAt: 2, person: "eve" });
      await records.insertSession({ ...session, id: "ses_3", createdAt: 2, endReason: "deleted", endedAt: 3 });
      await records.insertSession({ ...scheduled, id: "ses_4", createdAt: 3, endReason: "not_started", endedAt: 4 });
      await records.insertSession({ ...session, id: "ses_9", createdAt: 9, tenant: "other" });
      return records;
    }

    const ids = (sessions: readonly SessionRecord[]): readonly string[] => sessions.map(({ id }) => id);

    test("come newest first, of one tenant, of a person and of a status", async () => {
      const records = await openWithSessions();
      const list = async (filter: object): Promise<readonly string[]> =>
        ids(await records.listSessions({ tenant: "default", limit: 10, ...filter }));
      expect(await list({})).toEqual(["ses_4", "ses_3", "ses_2", "ses_1"]);
      expect(await list({ person: "eve" })).toEqual(["ses_2"]);
      expect(await list({ status: "scheduled" })).toEqual(["ses_1"]);
      expect(await list({ status: "running" })).toEqual(["ses_2"]);
      expect(await list({ status: "ended" })).toEqual(["ses_4", "ses_3"]);
      expect(await list({ status: "ended", person: "eve" })).toEqual([]);
      expect(await list({ tenant: "other" })).toEqual(["ses_9"]);
      expect(await list({ persona: "interviewer", from: 2, to: 3 })).toEqual(["ses_3", "ses_2"]);
      expect(await list({ persona: "alloy" })).toEqual([]);
      expect(await list({ endReason: "deleted" })).toEqual(["ses_3"]);
    });

    test("go on behind a session, also among those of one moment", async () => {
      const records = await openWithSessions();
      const seen: string[] = [];
      let after: { createdAt: number; id: string } | undefined;
      for (;;) {
        const [next] = await records.listSessions({ tenant: "default", limit: 1, after });
        if (next === undefined) break;
        expect(next).toEqual(await records.findSession(next.id));
        seen.push(next.id);
        after = { createdAt: next.createdAt, id: next.id };
      }
      expect(seen).toEqual(["ses_4", "ses_3", "ses_2", "ses_1"]);
    });
  });
});
