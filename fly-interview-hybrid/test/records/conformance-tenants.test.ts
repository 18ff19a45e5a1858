import { describe, expect, test } from "vitest";
import { RecordConflict, type Records } from "../../src/records/records.ts";
import type { AuditEntry, TenantRecord } from "../../src/records/tenants.ts";
import { NO_USAGE } from "../../src/records/usage.ts";
import { call, eachBackend, insertOwn, session, turn } from "./each-backend.ts";

const acme: TenantRecord = {
  id: "acme",
  revision: 0,
  status: "active",
  settings: "{}",
  secrets: '{"apiKey":"k.n.s"}',
  createdAt: 1,
  updatedAt: 1,
};
const act: AuditEntry = { at: 5, actor: "root", act: "create", tenant: "acme", settings: ["apiKey"] };
const issuer = { issuer: "https://acme.example", audience: "" };

async function find(records: Records, id: string): Promise<TenantRecord> {
  const found = (await records.tenantsSince(0)).find((tenant) => tenant.id === id);
  if (found === undefined) throw new Error("There is no such tenant.");
  return found;
}

eachBackend((open, openShared) => {
  describe("tenants", () => {
    test("a tenant is kept as it is, and a change gets the next revision", async () => {
      const records = await open();
      await records.saveTenant(acme, [issuer], act);
      const kept = await find(records, "acme");
      expect(kept).toEqual({ ...acme, revision: kept.revision });
      await records.saveTenant({ ...kept, status: "disabled" }, [issuer], { ...act, act: "disable" });
      expect(await records.tenantsSince(kept.revision)).toMatchObject([{ id: "acme", status: "disabled" }]);
      expect(await records.tenantsSince((await find(records, "acme")).revision)).toEqual([]);
    });

    test("who changes an older version of it, or takes its id, is refused, and nothing is noted", async () => {
      const records = await open();
      await records.saveTenant(acme, [], act);
      const kept = await find(records, "acme");
      await records.saveTenant({ ...kept, updatedAt: 2 }, [], act);
      await expect(records.saveTenant({ ...kept, updatedAt: 3 }, [], act)).rejects.toThrow(RecordConflict);
      await expect(records.saveTenant(acme, [], act)).rejects.toThrow(RecordConflict);
      expect(await records.acts({ limit: 10 })).toHaveLength(2);
    });

    test("an issuer for an audience is one tenant's, until that one gives it up", async () => {
      const records = await open();
      await records.saveTenant(acme, [issuer], act);
      const bolt = { ...acme, id: "bolt" };
      await expect(records.saveTenant(bolt, [issuer], act)).rejects.toThrow(RecordConflict);
      await records.saveTenant(bolt, [{ ...issuer, audience: "bolt" }], act);
      await records.saveTenant(await find(records, "acme"), [], act);
      await records.saveTenant(await find(records, "bolt"), [issuer], act);
    });

    test("of two that change one at once, one is refused, and no revision is seen before an earlier one", async () => {
      const [first, second] = await openShared();
      await first.saveTenant(acme, [], act);
      const kept = await find(second, "acme");
      const changes = await Promise.allSettled([
        first.saveTenant({ ...kept, updatedAt: 2 }, [], act),
        second.saveTenant({ ...kept, updatedAt: 3 }, [], act),
        second.saveTenant({ ...acme, id: "bolt" }, [], act),
      ]);
      expect(changes.filter(({ status }) => status === "rejected")).toHaveLength(1);
      expect(new Set((await first.tenantsSince(0)).map(({ revision }) => revision)).size).toBe(2);
    });
  });

  test("acts are listed newest first, of one tenant or of all, page by page", async () => {
    const records = await open();
    for (const tenant of ["acme", "bolt", "acme"]) await records.noteAct({ ...act, tenant });
    const [newest, middle, oldest] = await records.acts({ limit: 3 });
    expect(newest).toMatchObject(act);
    expect(middle).toMatchObject({ tenant: "bolt" });
    expect(await records.acts({ tenant: "acme", limit: 1 })).toEqual([newest]);
    expect(await records.acts({ tenant: "acme", before: newest?.position, limit: 5 })).toEqual([oldest]);
  });

  describe("what is asked on a tenant's behalf", () => {
    const theirs = { ...session, id: "ses_b", tenant: "bolt", name: "mine" };
    const theirCall = { ...call, id: "call_b", sessionId: "ses_b", tenant: "bolt" };

    async function openBoth(): Promise<Records> {
      const records = await open();
      await insertOwn(records, { ...session, name: "mine" });
      await insertOwn(records, theirs);
      for (const one of [call, theirCall]) {
        await records.insertCall(one);
        await records.putUsage(one.id, { ...NO_USAGE, outputTextTokens: 7, money: 2 });
        await records.updateCall(one.id, { state: "live" });
        const { id: callId, sessionId } = one;
        await records.insertTurn({ ...turn, id: `turn_${callId}`, sessionId, callId });
        const mark = {
          id: `mark_${callId}`,
          sessionId,
          callId,
          at: 1,
          kind: "note",
          text: "Good.",
          counted: null,
        } as const;
        await records.insertMark(mark);
      }
      return records;
    }

    test("is found where it is the tenant's own", async () => {
      const own = (await openBoth()).of("bolt");
      expect(await own.findSession("ses_b")).toMatchObject({ id: "ses_b", tenant: "bolt" });
      expect(await own.findByName("ada", "mine")).toMatchObject({ id: "ses_b" });
      expect(await own.listSessions({ limit: 9 })).toMatchObject([{ id: "ses_b" }]);
      expect(await own.callsOf("ses_b")).toMatchObject([{ id: "call_b" }]);
      expect(await own.findCall("call_b")).toMatchObject({ id: "call_b" });
      expect(await own.marksOf("ses_b")).toMatchObject([{ id: "mark_call_b", counted: null }]);
      expect(await own.turnsOf("ses_b")).toEqual([
        { ...turn, id: "turn_call_b", sessionId: "ses_b", callId: "call_b" },
      ]);
      expect(await own.usageOfCall("call_b")).toMatchObject({ outputTextTokens: 7 });
      expect(await own.usageSince(0)).toMatchObject({ outputTextTokens: 7 });
      expect(await own.spentSince(0, 3_001)).toEqual({ seconds: 3, tokens: 7, money: 2 });
      expect(await own.eraseWords("ses_b")).toBe(1);
      expect(await own.turnsOf("ses_b")).toMatchObject([{ text: null, salt: null }]);
    });

    test("is not there where it is another's", async () => {
      const records = await openBoth();
      const others = records.of("bolt");
      expect(await others.findSession("ses_a")).toBeUndefined();
      expect(await others.callsOf("ses_a")).toEqual([]);
      expect(await others.findCall("call_1")).toBeUndefined();
      expect(await others.marksOf("ses_a")).toEqual([]);
      expect(await others.turnsOf("ses_a")).toEqual([]);
      expect(await others.usageOfCall("call_1")).toEqual(NO_USAGE);
      expect(await others.eraseWords("ses_a")).toBe(0);
      expect(await records.turnsOf("ses_a")).toMatchObject([{ text: turn.text }]);
      expect(await records.of("").listSessions({ limit: 9 })).toEqual([]);
    });

    test("a tenant's sessions are erased with all that belongs to them, unless one runs, and nobody else's", async () => {
      const records = await openBoth();
      expect(await records.eraseSessionsOf("bolt")).toBe(false);
      expect(await records.of("bolt").listSessions({ limit: 9 })).toHaveLength(1);
      await records.updateSession("ses_b", { endedAt: 9, endReason: "deleted" });
      expect(await records.eraseSessionsOf("bolt")).toBe(true);
      expect(await records.findSession("ses_b")).toBeUndefined();
      expect(await records.turnsOf("ses_b")).toEqual([]);
      expect(await records.usageOfCall("call_b")).toEqual(NO_USAGE);
      expect(await records.turnsOf("ses_a")).toHaveLength(1);
    });
  });

  test("a person may begin so many sessions within a time, whatever became of them", async () => {
    const records = await open();
    const limits = { ofTenant: 9, ofPerson: 9, begun: { since: 100, most: 2 } };
    const begin = (id: string, startedAt: number, tenant = "default"): Promise<string> =>
      records.insertRunning({ ...session, id, startedAt, tenant }, limits);
    expect(await begin("ses_1", 50)).toBe("admitted");
    expect(await begin("ses_2", 100)).toBe("admitted");
    expect(await begin("ses_3", 110)).toBe("admitted");
    await records.updateSession("ses_3", { endedAt: 120, endReason: "completed" });
    expect(await begin("ses_4", 130)).toBe("person_too_often");
    expect(await begin("ses_5", 130, "bolt")).toBe("admitted");
  });
});
