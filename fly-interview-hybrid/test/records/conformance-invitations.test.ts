import { describe, expect, test } from "vitest";
import type { InvitationRecord, Redeemed, Redemption } from "../../src/records/invitations.ts";
import type { Records, SessionRecord } from "../../src/records/records.ts";
import { eachBackend, session } from "./each-backend.ts";

const invitation: InvitationRecord = {
  id: "inv_a",
  tenant: "default",
  person: "ada",
  persona: "interviewer",
  brief: { maxSeconds: 600, warnAtSeconds: [60], budget: { tokens: 5 }, questions: ["Why?"], metadata: { a: "b" } },
  createdAt: 1_795_392_000_000,
  expiresAt: 1_795_392_060_000,
  redeemedAt: null,
  revokedAt: null,
  attempts: 0,
  sessionId: null,
};
const key = { id: "inv_a", tenant: "default" };
const now = invitation.createdAt + 1;
const LIMITS = { ofTenant: 1000, ofPerson: 1000 };

/** Each redemption offers a session of its own. */
let offered = 0;
function redemption(change: Partial<Redemption> = {}): Redemption {
  return { now, maxAttempts: 1000, isConsent: false, sessionOf: () => waiting(`ses_${(offered += 1)}`), ...change };
}
function waiting(id: string): SessionRecord {
  return { ...session, id, startedAt: null, resumeTokenHashes: [], deadline: invitation.expiresAt };
}
async function opened(records: Records): Promise<SessionRecord> {
  const redeemed = await records.redeemInvitation(key, redemption());
  if (redeemed.outcome !== "opened") throw new Error(redeemed.outcome);
  return redeemed.session;
}
function start(records: Records, { id, tenant, person }: SessionRecord): Promise<unknown> {
  return records.startSession({ id, tenant, person }, { startedAt: now, deadline: now, resumeTokenHashes: [] }, LIMITS);
}

eachBackend((open, openShared) => {
  const openWith = async (change: Partial<InvitationRecord> = {}): Promise<Records> => {
    const records = await open();
    await records.insertInvitation({ ...invitation, ...change });
    return records;
  };

  test("an invitation is found as it was kept, by its own tenant alone", async () => {
    const records = await openWith();
    expect(await records.findInvitation(key)).toEqual(invitation);
    const foreign = { id: "inv_a", tenant: "other" };
    expect(await records.findInvitation(foreign)).toBeUndefined();
    expect(await records.revokeInvitation(foreign, now)).toBeUndefined();
    expect(await records.redeemInvitation(foreign, redemption())).toEqual({ outcome: "unknown" });
    expect(await records.findInvitation(key)).toEqual(invitation);
    await expect(records.insertInvitation(invitation)).rejects.toThrow(/unique/i);
  });

  test("invitations are listed newest first, by tenant and person", async () => {
    const records = await openWith();
    await records.insertInvitation({ ...invitation, id: "inv_b" });
    await records.insertInvitation({ ...invitation, id: "inv_c", createdAt: 5, person: "eve" });
    await records.insertInvitation({ ...invitation, id: "inv_d", tenant: "other" });
    const list = async (filter: object): Promise<readonly string[]> =>
      (await records.listInvitations({ tenant: "default", limit: 10, ...filter })).map(({ id }) => id);
    expect(await list({})).toEqual(["inv_b", "inv_a", "inv_c"]);
    expect(await list({ limit: 1 })).toEqual(["inv_b"]);
    expect(await list({ after: { createdAt: invitation.createdAt, id: "inv_b" } })).toEqual(["inv_a", "inv_c"]);
    expect(await list({ person: "eve" })).toEqual(["inv_c"]);
    expect(await list({ person: "eve", tenant: "other" })).toEqual([]);
  });

  test("the first revocation stays", async () => {
    const records = await openWith();
    expect(await records.revokeInvitation(key, now)).toEqual({ ...invitation, revokedAt: now });
    expect(await records.revokeInvitation(key, now + 1)).toEqual({ ...invitation, revokedAt: now });
    expect(await records.redeemInvitation(key, redemption())).toEqual({ outcome: "revoked" });
  });

  describe("redeeming an invitation", () => {
    test("inserts its session, and then leads to that", async () => {
      const records = await openWith();
      const first = await opened(records);
      expect(await records.findSession(first.id)).toEqual(first);
      expect(await records.findInvitation(key)).toEqual({
        ...invitation,
        attempts: 1,
        redeemedAt: now,
        sessionId: first.id,
      });
      expect(await records.redeemInvitation(key, redemption({ now: now + 1 }))).toEqual({
        outcome: "reopened",
        session: first,
      });
      expect(await records.findInvitation(key)).toMatchObject({ attempts: 2, redeemedAt: now });
      expect(await records.listSessions({ tenant: "default", limit: 9 })).toEqual([first]);
    });

    test("notes the first consent, with the session or later, and whoever runs it meanwhile", async () => {
      const [one, other] = await openShared();
      await one.insertInvitation(invitation);
      const held = await opened(one);
      expect(held.consentedAt).toBeNull();
      await start(one, held);
      for (const later of [6, 7]) {
        const again = redemption({ now: now + later, isConsent: true });
        expect(await other.redeemInvitation(key, again)).toMatchObject({ session: { consentedAt: now + 6 } });
      }
      expect(await one.findSession(held.id)).toMatchObject({ consentedAt: now + 6 });

      await one.insertInvitation({ ...invitation, id: "inv_b" });
      const atOnce = await one.redeemInvitation({ ...key, id: "inv_b" }, redemption({ isConsent: true }));
      expect(atOnce).toMatchObject({ outcome: "opened", session: { consentedAt: now } });
    });

    test("inserts nothing where it fails half-way", async () => {
      const records = await openWith();
      await records.insertSession(waiting("ses_taken"));
      const failing = redemption({ sessionOf: () => waiting("ses_taken") });
      await expect(records.redeemInvitation(key, failing)).rejects.toThrow(/unique/i);
      expect(await records.findInvitation(key)).toEqual(invitation);
    });

    test("is too late where its interview was not begun in time, and not where it was", async () => {
      const records = await openWith();
      const late = { now: invitation.expiresAt + 1 };
      expect(await records.redeemInvitation(key, redemption(late))).toEqual({ outcome: "expired" });
      const begun = await opened(records);
      expect(await records.redeemInvitation(key, redemption(late))).toEqual({ outcome: "expired" });
      await start(records, begun);
      expect(await records.redeemInvitation(key, redemption(late))).toMatchObject({ outcome: "reopened" });
      await records.updateSession(begun.id, { endReason: "completed", endedAt: now });
      expect(await records.redeemInvitation(key, redemption(late))).toMatchObject({
        outcome: "over",
        session: { endReason: "completed" },
      });
    });

    test("may be tried so often and no more", async () => {
      const records = await openWith();
      const tries = redemption({ maxAttempts: 2 });
      await records.redeemInvitation(key, tries);
      await records.redeemInvitation(key, tries);
      expect(await records.redeemInvitation(key, tries)).toEqual({ outcome: "exhausted" });
      expect(await records.findInvitation(key)).toMatchObject({ attempts: 2 });
    });

    test("by a hundred at once, at two machines, gives one session", async () => {
      const both = await openShared();
      await both[0].insertInvitation(invitation);
      const crowd = Array.from({ length: 50 }, () =>
        both.map((records) => records.redeemInvitation(key, redemption())),
      );
      const outcomes: readonly Redeemed[] = await Promise.all(crowd.flat());
      expect(outcomes.filter(({ outcome }) => outcome === "opened")).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === "reopened")).toHaveLength(99);
      expect(new Set(outcomes.map((redeemed) => "session" in redeemed && redeemed.session.id)).size).toBe(1);
      expect(await both[1].listSessions({ tenant: "default", limit: 9 })).toHaveLength(1);
      expect(await both[1].findInvitation(key)).toMatchObject({ attempts: 100 });
    });

    test("while it is revoked opens a session that whoever revokes hears of, or none", async () => {
      for (let round = 0; round < 10; round++) {
        const both = await openShared();
        await both[0].insertInvitation(invitation);
        const [redeemed, revoked] = await Promise.all([
          both[0].redeemInvitation(key, redemption()),
          both[1].revokeInvitation(key, now),
        ]);
        const isHeardOf = redeemed.outcome === "opened" && revoked?.sessionId === redeemed.session.id;
        expect(isHeardOf || redeemed.outcome === "revoked").toBe(true);
      }
    });
  });
});
