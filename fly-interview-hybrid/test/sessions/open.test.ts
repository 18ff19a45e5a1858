import { describe, expect, test } from "vitest";
import type { OpenedSession } from "../../src/sessions/opening/open-session.ts";
import { SIMULATION_TENANT } from "../../src/auth/principal.ts";
import { ada, eve, openSessions, service } from "./open-sessions.ts";

const NOBODY = { onEvent: () => undefined, onDisplaced: () => undefined };
const ours = /^ses_[A-Za-z0-9_-]{22}$/;

describe("opening a session", () => {
  test("gives an id that cannot be guessed, a token and a deadline", async () => {
    const { sessions, clock, records } = await openSessions({ MAX_SESSION_SECONDS: "600" });
    const { session, resumeToken, resumed } = await sessions.open(ada, {});
    expect(session.id).toMatch(ours);
    expect(resumed).toBe(false);
    expect(session.time.deadline).toBe(clock.now() + 600_000);
    const record = await records.findSession(session.id);
    expect(record).toMatchObject({ tenant: "default", person: "ada", persona: "interviewer", endedAt: null });
    expect(JSON.stringify(record)).not.toContain(resumeToken);
  });

  test("a persona that is none is refused by its field, and leaves nothing", async () => {
    const { sessions, records, clock } = await openSessions();
    await expect(sessions.open(ada, { persona: "hal" })).rejects.toMatchObject({
      code: "INVALID_MESSAGE",
      facts: { field: "aiPersona" },
    });
    expect(await records.runningSessions()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  test("the same name is the same session for one person, and another for another", async () => {
    const { sessions } = await openSessions();
    const first = await sessions.open(ada, { sessionId: "my-interview" });
    const again = await sessions.open(ada, { sessionId: "my-interview" });
    const other = await sessions.open(eve, { sessionId: "my-interview" });
    expect(again.session).toBe(first.session);
    expect(again.resumed).toBe(true);
    expect(other.session).not.toBe(first.session);
  });

  test("two opens of one name at the same time meet", async () => {
    const { sessions } = await openSessions();
    const [a, b] = await Promise.all([sessions.open(ada, { sessionId: "x" }), sessions.open(ada, { sessionId: "x" })]);
    expect(a.session).toBe(b.session);
  });

  test("who meets a session that is then not admitted is told so", async () => {
    const { sessions } = await openSessions({ MAX_SESSIONS_PER_PERSON: "1" });
    await sessions.open(ada, {});
    const [first, second] = await Promise.allSettled([
      sessions.open(ada, { sessionId: "x" }),
      sessions.open(ada, { sessionId: "x" }),
    ]);
    expect(first).toMatchObject({ status: "rejected", reason: { code: "QUOTA_EXCEEDED" } });
    expect(second).toMatchObject({ status: "rejected", reason: { code: "SESSION_ENDED" } });
  });

  test("a session that is ended while it is opened leaves its name to the next one", async () => {
    const { sessions, records } = await openSessions();
    const insertRunning = records.insertRunning.bind(records);
    let next: Promise<OpenedSession> | undefined;
    records.insertRunning = async (record, limits) => {
      const admission = await insertRunning(record, limits);
      if (next !== undefined) return admission;
      await sessions.endById(record.id, { principal: ada });
      next = sessions.open(ada, { sessionId: "mine" });
      await next;
      return admission;
    };
    await expect(sessions.open(ada, { sessionId: "mine" })).rejects.toMatchObject({ code: "SESSION_ENDED" });
    expect(await sessions.open(ada, { sessionId: "mine" })).toMatchObject({
      resumed: true,
      session: { id: (await next)?.session.id },
    });
  });

  test("a session that waits is not started once its time is over, although nobody has ended it yet", async () => {
    const { sessions, clock } = await openSessions({ START_WITHIN_SECONDS: "60" });
    const { id } = await sessions.schedule(service, { person: "ada", brief: {} });
    await clock.advance(60_001);
    await expect(sessions.open({ ...ada, session: id }, {})).rejects.toMatchObject({ code: "SESSION_ENDED" });
  });

  test("another's id, and one that never was, are alike forbidden; one's own that has ended says so", async () => {
    const { sessions } = await openSessions();
    const { session } = await sessions.open(ada, {});
    const unknown = `ses_${"A".repeat(22)}`;
    await expect(sessions.open(eve, { sessionId: session.id })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
    await expect(sessions.open(eve, { sessionId: unknown })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
    await sessions.end(session, "deleted");
    await expect(sessions.open(eve, { sessionId: session.id })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
    await expect(sessions.open(ada, { sessionId: session.id })).rejects.toMatchObject({ code: "SESSION_ENDED" });
  });

  test("a token that is bound to a session opens no other", async () => {
    const { sessions } = await openSessions();
    const bound = { ...ada, session: "invited" };
    const { session } = await sessions.open(bound, {});
    expect(session.name).toBe("invited");
    const byId = { ...ada, session: session.id };
    expect((await sessions.open(byId, { sessionId: "invited" })).session).toBe(session);
    await expect(sessions.open(byId, { sessionId: "another" })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
    await expect(sessions.open(bound, { sessionId: "another" })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
  });
});

describe("the resume token", () => {
  test("opens its session, and is spent when its successor is used", async () => {
    const { sessions } = await openSessions();
    const first = await sessions.open(ada, {});
    const second = await sessions.open(ada, { resumeToken: first.resumeToken });
    expect(second.session).toBe(first.session);
    // The reply with the second token was lost on the wire, and so was one to a return by sign-in: the first still works.
    await sessions.open(ada, { sessionId: first.session.id });
    const last = await sessions.open(ada, { resumeToken: first.resumeToken });
    await sessions.open(ada, { resumeToken: last.resumeToken });
    for (const { resumeToken } of [first, second]) {
      await expect(sessions.open(ada, { resumeToken })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
    }
  });

  test("opens nothing for another person, and nothing is spent by that; a visitor of the simulation is nobody else", async () => {
    const { sessions } = await openSessions();
    const first = await sessions.open(ada, {});
    const { resumeToken } = await sessions.open(ada, { resumeToken: first.resumeToken });
    const visitor = { ...eve, tenant: SIMULATION_TENANT };
    for (const stranger of [eve, visitor])
      await expect(sessions.open(stranger, { resumeToken })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
    expect((await sessions.open(ada, { resumeToken: first.resumeToken })).session).toBe(first.session);

    const visit = await sessions.open(visitor, {});
    const again = await sessions.open({ ...visitor, person: "visitor" }, { resumeToken: visit.resumeToken });
    expect(again.session).toBe(visit.session);
  });

  test("opens nothing where it contradicts the id beside it, is altered, or its session has ended", async () => {
    const { sessions } = await openSessions();
    const { session, resumeToken } = await sessions.open(ada, {});
    const forbidden = { code: "SESSION_FORBIDDEN" };
    await expect(sessions.open(ada, { resumeToken, sessionId: "other" })).rejects.toMatchObject(forbidden);
    await expect(sessions.open(ada, { resumeToken: `${resumeToken}x` })).rejects.toMatchObject(forbidden);
    await expect(sessions.open(ada, { resumeToken: "rst_" })).rejects.toMatchObject(forbidden);
    await sessions.end(session, "deleted");
    await expect(sessions.open(ada, { resumeToken })).rejects.toMatchObject({
      code: "SESSION_ENDED",
      facts: { reason: "deleted" },
    });
    await expect(sessions.open(ada, { resumeToken: `${resumeToken}x` })).rejects.toMatchObject(forbidden);
  });

  test("gets another try while the end is still being written, and the reason after it", async () => {
    const { sessions, records } = await openSessions();
    const { session, resumeToken } = await sessions.open(ada, {});
    const updateSession = records.updateSession.bind(records);
    let write: () => void = () => undefined;
    const allowed = new Promise<void>((resolve) => (write = resolve));
    records.updateSession = (id, change) => allowed.then(() => updateSession(id, change));
    const ending = sessions.end(session, "completed");
    await expect(sessions.open(ada, { resumeToken })).rejects.toMatchObject({ code: "SESSION_BUSY" });
    write();
    await ending;
    await expect(sessions.principalOf(resumeToken)).rejects.toMatchObject({ facts: { reason: "completed" } });
  });

  test("works until its successor is used, however many replies are lost", async () => {
    const { sessions } = await openSessions();
    const { resumeToken } = await sessions.open(ada, {});
    for (let lost = 0; lost < 10; lost += 1) await sessions.open(ada, { resumeToken });
    const next = await sessions.open(ada, { resumeToken });
    await sessions.open(ada, { resumeToken: next.resumeToken });
    await expect(sessions.open(ada, { resumeToken })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
  });
});

describe("ending by id", () => {
  test("the owner, the service and the token's holder may, again and again; nobody else", async () => {
    const { sessions, records } = await openSessions();
    for (const who of ["owner", "service", "holder"] as const) {
      const { session, resumeToken } = await sessions.open(ada, {});
      const credential = { owner: { principal: ada }, service: { principal: service }, holder: { resumeToken } }[who];
      await expect(sessions.endById(session.id, { principal: eve })).rejects.toMatchObject({
        code: "SESSION_FORBIDDEN",
      });
      await expect(sessions.endById(session.id, { resumeToken: `${resumeToken}x` })).rejects.toMatchObject({
        code: "SESSION_FORBIDDEN",
      });
      await sessions.endById(session.id, credential);
      await sessions.endById(session.id, credential);
      await expect(sessions.endById(session.id, { principal: eve })).rejects.toMatchObject({
        code: "SESSION_FORBIDDEN",
      });
      expect(await records.findSession(session.id)).toMatchObject({ endReason: "deleted" });
    }
  });

  test("a token that is bound to another session, or may only observe, does not end it", async () => {
    const { sessions } = await openSessions();
    const { session } = await sessions.open(ada, { sessionId: "mine" });
    for (const principal of [
      { ...ada, session: "other" },
      { ...ada, scopes: new Set(["observe"] as const) },
    ]) {
      await expect(sessions.endById(session.id, { principal })).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
    }
    await sessions.endById(session.id, { principal: { ...ada, session: "mine" } });
    expect(session.state).toBe("ended");
  });

  test("another tenant's service may not", async () => {
    const { sessions } = await openSessions();
    const { session } = await sessions.open(ada, {});
    const foreign = { principal: { ...service, tenant: "other" } };
    await expect(sessions.endById(session.id, foreign)).rejects.toMatchObject({ code: "SESSION_FORBIDDEN" });
  });
});

describe("time", () => {
  test("a session ends at its deadline, whoever is connected", async () => {
    const { sessions, clock, records } = await openSessions({ MAX_SESSION_SECONDS: "600" });
    const { session } = await sessions.open(ada, {});
    const heard: unknown[] = [];
    session.attach({ onEvent: (event) => heard.push(event), onDisplaced: () => undefined });
    await clock.advance(599_999);
    expect(session.state).toBe("open");
    await clock.advance(1);
    expect(heard).toEqual([
      { type: "time_remaining", seconds: 300 },
      { type: "time_remaining", seconds: 60 },
      { type: "ended", seq: 1, reason: "time_limit" },
    ]);
    expect(await records.findSession(session.id)).toMatchObject({ endReason: "time_limit" });
  });

  test("a session in which nobody is present ends after the grace, counted from the last presence", async () => {
    const { sessions, clock, records } = await openSessions({ IDLE_SECONDS: "60" });
    const { session } = await sessions.open(ada, {});
    const leave = session.attach(NOBODY);
    await clock.advance(120_000);
    leave();
    await clock.advance(59_000);
    session.notePresence();
    await clock.advance(59_000);
    expect(session.state).toBe("open");
    await clock.advance(1000);
    expect(await records.findSession(session.id)).toMatchObject({ endReason: "client_gone" });
    expect(clock.pending()).toBe(0);
  });

  test("a second connection takes over; the first is told, and its leaving is no absence", async () => {
    const { sessions, clock } = await openSessions();
    const { session } = await sessions.open(ada, {});
    let displaced = 0;
    const leave = session.attach({ ...NOBODY, onDisplaced: () => displaced++ });
    session.attach(NOBODY);
    expect(displaced).toBe(1);
    leave();
    await clock.advance(120_000);
    expect(session.state).toBe("open");
  });
});

test("closing leaves none to be started whose record is just being read", async () => {
  const { sessions, clock } = await openSessions();
  const { id } = await sessions.schedule(service, { person: "ada", brief: {} });
  const opening = sessions.open({ ...ada, session: id }, {});
  const [outcome] = await Promise.allSettled([opening, sessions.close()]);
  expect(outcome).toMatchObject({ status: "rejected", reason: { code: "DRAINING" } });
  expect(clock.pending()).toBe(0);
});

test("closing ends every session and leaves no timer", async () => {
  const { sessions, clock, records } = await openSessions();
  for (const who of [ada, eve]) await sessions.open(who, {});
  await sessions.close();
  expect(await records.runningSessions()).toEqual([]);
  expect(clock.pending()).toBe(0);
});
