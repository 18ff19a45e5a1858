import type { CallRecord, Records, SessionRecord } from "../../fly-interview-hybrid/src/records/records.ts";
import type { TenantScope } from "../../fly-interview-hybrid/src/records/tenant-scope.ts";
import type { TurnRecord } from "../../fly-interview-hybrid/src/records/turns.ts";
import { NO_USAGE } from "../../fly-interview-hybrid/src/records/usage.ts";
import { sessionAt } from "../../fly-interview-hybrid/test/sample-session.ts";
import { beganAt, personOf, TENANT } from "./grown-records.ts";

const ENDPOINT = "https://platform.example/hook";
/** More sessions at once than are ever there. */
const LIMITS = { ofTenant: 1e9, ofPerson: 1e9 };
const EXCHANGES = 3;

/** A whole interview as the proxy writes it, from its admission to its seal. `id` tells it from all others. */
export async function holdInterview(records: Records, id: string): Promise<void> {
  const session = sessionOf(id);
  const call = callOf(session);
  const admission = await records.insertRunning(session, {
    ...LIMITS,
    begun: { since: session.createdAt - 60_000, most: 1000 },
  });
  if (admission !== "admitted") throw new Error(`The interview was not admitted: ${admission}.`);
  await records.insertCall(call);
  await records.updateCall(call.id, { state: "live", upstreamCallId: `rtc_${id}` });
  for (let n = 1; n <= 2 * EXCHANGES; n += 1) {
    await records.insertCallItem({
      callId: call.id,
      itemId: `item_${n}`,
      previousId: n === 1 ? null : `item_${n - 1}`,
    });
    await records.insertTurn(turnOf(call, n));
    await records.putUsage(call.id, { ...NO_USAGE, responses: n });
  }
  await records.updateSession(session.id, { resumeTokenHashes: ["next"] });
  await records.endCall(call.id, { state: "ended", endedAt: session.createdAt + 60_000 });
  await records.updateSession(session.id, { endReason: "completed", endedAt: session.createdAt + 60_000 });
  await records.insertSeal({ sessionId: session.id, turns: 2 * EXCHANGES, head: "h", publicKey: "k", signature: "s" });
}

/** What platforms and pages read: the first page of a list, a page in the middle, a person's, and all of one session. `size`: how many there are. */
export async function readInterviews(records: Records, size: number, index: number): Promise<void> {
  const tenant = records.of(TENANT);
  const sessionId = `ses_${index}`;
  await tenant.listSessions({ limit: 50 });
  await tenant.listSessions({ limit: 50, after: { createdAt: beganAt(Math.floor(size / 2)), id: "ses_" } });
  await tenant.listSessions({ limit: 50, person: personOf(index) });
  await tenant.findSession(sessionId);
  await tenant.callsOf(sessionId);
  await tenant.turnsOf(sessionId);
  await tenant.marksOf(sessionId);
  await records.usageOfSession(sessionId);
  await records.findSeal(sessionId);
}

/** What a machine asks for again and again, and finds nothing. */
export async function sweep(records: Records): Promise<void> {
  await records.beat({ address: null, draining: false });
  await records.runningSessions();
  await records.unfinishedCalls();
  await records.strayCalls();
  await records.claimUnowned(10);
  await records.claimOverdue(beganAt(0), 10);
  await records.offeredSessions();
  await records.claimDeliveries({ endpoint: ENDPOINT, now: beganAt(0), until: beganAt(1), limit: 10 });
  await records.giveUpExpired(beganAt(0));
  await records.oldestDelivery();
  await records.eraseOlder(TENANT, beganAt(0), beganAt(0), 10);
}

/**
 * Calls every method of the records at least once, on one interview of those that are there, and on one of its own; returns the names of those
 * that it does not know, so that a new one is not forgotten.
 */
export async function callEveryMethod(records: Records): Promise<readonly string[]> {
  const called = new Set<string>();
  const noting = <T extends object>(of: T): T =>
    new Proxy(of, {
      get(target, name, receiver) {
        called.add(String(name));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
  const all = noting(records);
  await holdInterview(all, "tour");
  await readInterviews(all, 100, 7);
  await sweep(all);
  await writeMarks(all);
  await visitSessions(all);
  await visitInvitations(all);
  await visitDeliveries(all);
  await visitTenants(all);
  const scope = noting(records.of(TENANT));
  await readOfTenant(scope);
  await eraseSome(all);
  const names = [...Object.keys(records), ...Object.keys(scope)];
  return names.filter((name) => !called.has(name) && !UNTOLD.has(name));
}

/** It has no query. */
const UNTOLD = new Set(["close"]);

async function writeMarks(records: Records): Promise<void> {
  const session = sessionOf("marks");
  const call = callOf(session);
  await records.insertRunning(session, LIMITS);
  await records.insertCall(call);
  await records.keepCallId(call.id, "rtc_marks");
  await records.insertMark({
    id: "mark_own",
    sessionId: session.id,
    callId: call.id,
    at: 1,
    kind: "drift",
    text: null,
    counted: true,
  });
  await records.noteWarning({ sessionId: session.id, at: 1, remainingSeconds: 60 });
  await records.findCall(call.id);
  await records.callsOf(session.id);
  await records.callItems(call.id);
  await records.countOrphans();
  await records.usageOfCall(call.id);
  await records.usageOfTenant(TENANT, session.createdAt);
  await records.marksOf(session.id);
  await records.turnsOf(session.id);
  await records.lastTurnOf(session.id);
  await records.eraseWords(session.id);
  await records.keepSecret("tour", "secret");
  await records.spendTicket("ticket_tour", session.createdAt);
  await records.isTicketSpent("ticket_tour");
  await records.check();
}

async function visitSessions(records: Records): Promise<void> {
  const waiting: SessionRecord = { ...sessionOf("waiting"), startedAt: null, name: "mine" };
  await records.insertSession(waiting);
  await records.findByName(waiting, "mine");
  await records.findSession(waiting.id);
  await records.startSession(waiting, { startedAt: 1, deadline: 2, resumeTokenHashes: ["h"] }, LIMITS);
  await records.listSessions({ tenant: TENANT, limit: 10 });
  for (const status of ["scheduled", "running", "ended"] as const)
    await records.listSessions({ tenant: TENANT, status, limit: 10 });
  await records.bequeath([waiting.id], "nobody");
  await records.inherit(waiting.id);
  await records.bury({ id: "nobody", beat: 0 });
}

async function visitInvitations(records: Records): Promise<void> {
  const { brief, createdAt } = sessionOf("invited");
  const invitation = { id: "inv_own", tenant: TENANT, person: "guest", persona: "interviewer", brief, createdAt };
  const open = { ...invitation, expiresAt: createdAt + 60_000, redeemedAt: null, revokedAt: null, attempts: 0 };
  await records.insertInvitation({ ...open, sessionId: null });
  await records.findInvitation(invitation);
  await records.listInvitations({ tenant: TENANT, limit: 10 });
  await records.listInvitations({ tenant: TENANT, person: "guest", limit: 10 });
  const sessionOfGuest = () => ({ ...sessionOf("invited"), startedAt: null, person: "guest" });
  await records.redeemInvitation(invitation, {
    now: createdAt,
    maxAttempts: 3,
    isConsent: true,
    sessionOf: sessionOfGuest,
  });
  await records.redeemInvitation(invitation, {
    now: createdAt,
    maxAttempts: 3,
    isConsent: true,
    sessionOf: sessionOfGuest,
  });
  await records.revokeInvitation(invitation, createdAt);
}

async function visitDeliveries(records: Records): Promise<void> {
  const claim = { endpoint: ENDPOINT, now: 1e15, until: 1e15, limit: 2 };
  await records.claimDeliveries({ ...claim, tenant: TENANT });
  const session = sessionOf("deliveries");
  const delivery = { id: "dlv_own", eventId: "evt", tenant: TENANT, sessionId: session.id, endpoint: ENDPOINT };
  const kept = { ...delivery, type: "session.ended" as const, body: "{}", createdAt: 1, expiresAt: 1, attempts: 1 };
  await records.postponeDelivery(kept, { dueAt: 5, failure: "503" });
  await records.giveUpDelivery(kept, { givenUpAt: 5, failure: "503" });
  await records.finishDelivery(kept);
  await records.deadLetters({ tenant: TENANT, limit: 10 });
  await records.deadLetters({ tenant: TENANT, limit: 10, after: { givenUpAt: beganAt(1), id: "dlv_1" } });
  await records.resendDeadLetter(kept, { dueAt: 1, expiresAt: 2 });
  await records.forgetDeadLetters(1);
}

async function visitTenants(records: Records): Promise<void> {
  const act = { at: 1, actor: "tour", act: "tenant.created", tenant: "toured", settings: [] };
  const tenant = {
    id: "toured",
    revision: 0,
    status: "active" as const,
    settings: "{}",
    secrets: "",
    createdAt: 1,
    updatedAt: 1,
  };
  await records.saveTenant(tenant, [{ issuer: "https://toured.example", audience: "" }], act);
  const session: SessionRecord = { ...sessionOf("toured"), tenant: "toured" };
  await records.insertRunning(session, LIMITS);
  await records.insertCall({ ...callOf(session), tenant: "toured" });
  await records.updateSession(session.id, { endReason: "completed", endedAt: session.createdAt });
  await records.tenantsSince(0);
  await records.noteAct(act);
  await records.acts({ limit: 10 });
  await records.acts({ tenant: TENANT, limit: 10 });
  await records.eraseSessionsOf("toured");
}

async function readOfTenant(scope: TenantScope): Promise<void> {
  await scope.listSessions({ limit: 10 });
  await scope.watchedSessions(10);
  await scope.findSession("ses_7");
  await scope.findByName("guest", "mine");
  await scope.callsOf("ses_7");
  await scope.findCall("call_7");
  await scope.marksOf("ses_7");
  await scope.turnsOf("ses_7");
  await scope.usageOfCall("call_7");
  // The last few of all that are there: what is asked is the use of a month, of a tenant that has years.
  await scope.usageSince(Date.now());
  await scope.spentSince(Date.now(), Date.now());
  await scope.eraseWords("ses_7");
}

async function eraseSome(records: Records): Promise<void> {
  await records.eraseSessions({ tenant: TENANT, person: personOf(9) }, 1, 10);
  await records.eraseInvitations({ tenant: TENANT, person: personOf(9) }, 1);
  await records.leave();
}

function sessionOf(id: string): SessionRecord {
  return { ...sessionAt(Date.now(), 3_600_000), id: `ses_own_${id}`, tenant: TENANT, person: `person-own-${id}` };
}

function callOf({ id, createdAt }: SessionRecord): CallRecord {
  return {
    id: `call_${id}`,
    sessionId: id,
    tenant: TENANT,
    upstream: "openai-realtime",
    upstreamCallId: null,
    state: "connecting",
    createdAt,
    greetedAt: null,
    endedAt: null,
  };
}

function turnOf({ id, sessionId, createdAt }: CallRecord, n: number): TurnRecord {
  return {
    id: `turn_${sessionId}_${n}`,
    sessionId,
    callId: id,
    n,
    role: n % 2 === 1 ? "interviewer" : "candidate",
    status: "complete",
    text: "What was said, in about as many words as people use for an answer of some length.",
    heardText: null,
    salt: "salt",
    textHash: "hash",
    heardTextHash: null,
    heardMs: null,
    startedAt: createdAt,
    endedAt: createdAt,
    inferred: false,
    typed: false,
    hash: `hash_${n}`,
  };
}
