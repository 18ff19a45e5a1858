import { describe, expect, test } from "vitest";
import type { Principal } from "../../src/auth/principal.ts";
import type { Following, Heard } from "../../src/sessions/follow-session.ts";
import type { SessionCredential } from "../../src/auth/credentials.ts";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import { settle } from "../fake-clock.ts";
import { ada, eve, openSessions, service, type SessionsUnderTest } from "./open-sessions.ts";
import { CALL, offer, type Started, startSession } from "./start-session.ts";

const BEGINNING: Heard = { seq: 0, turn: 0, toTheEnd: false };
const observer: Principal = { ...service, person: "watcher", scopes: new Set(["observe"]) };

interface Followed {
  readonly following: Following;
  /** What was told, in short. */
  readonly told: string[];
  /** How far each numbered event led. */
  readonly heard: Heard[];
}

async function follow(
  { sessions }: Pick<SessionsUnderTest, "sessions">,
  id: string,
  from: Partial<Heard> = {},
  credential: SessionCredential = { principal: observer },
): Promise<Followed> {
  const following = await sessions.follow(id, credential, { ...BEGINNING, ...from });
  const told: string[] = [];
  const heard: Heard[] = [];
  await following.begin({
    onEvent(event, far) {
      const what = { state: "state", text: "text", reason: "reason" };
      const detail = Object.keys(what).flatMap((key) => (key in event ? [String(event[key as never])] : []));
      told.push([event.type, ...detail].join(" "));
      if (far !== undefined) heard.push(far);
    },
    onEnd: () => told.push("over"),
  });
  return { following, told, heard };
}

/** A session whose interviewer has said something. */
async function talk(): Promise<Started> {
  const started = await startSession();
  const { outcome } = await offer(started);
  started.upstream.creates[0]?.answer(CALL);
  await outcome;
  await settle();
  say(started, "item_1", "Hello.", null);
  await settle();
  return started;
}

function say({ upstream }: Started, id: string, text: string, previousId: string | null): void {
  const responseId = `response of ${id}`;
  const item = { id, speaker: "interviewer", text: null, spoken: true, status: "in_progress" } as const;
  const events: readonly CallEvent[] = [
    { type: "ready" },
    { type: "item", previousId, responseId, item },
    { type: "interviewer_speaking", responseId, state: "started" },
    { type: "text", itemId: id, speaker: "interviewer", text, spoken: true },
    { type: "interviewer_speaking", responseId, state: "finished" },
  ];
  for (const event of events) upstream.sidebands[0]?.say(event);
}

describe("following a session that runs", () => {
  test("tells all of a long one, and of one that ends while its turns are read", async () => {
    const started = await talk();
    for (let n = 2; n <= 60; n += 1) say(started, `item_${n}`, `Question ${n}.`, `item_${n - 1}`);
    await settle();
    const turns = ["turn Hello.", ...Array.from({ length: 59 }, (_, index) => `turn Question ${index + 2}.`)];
    const { told } = await follow(started, started.session.id);
    expect(told).toEqual(["state connecting", "state live", ...turns]);
    const [late] = await Promise.all([
      follow(started, started.session.id),
      started.sessions.end(started.session, "deleted"),
    ]);
    expect(late.told.filter((what) => !what.startsWith("state"))).toEqual([...turns, "ended deleted", "over"]);
  });

  test("tells what happened, then what happens, to its end", async () => {
    const started = await talk();
    const { told, heard } = await follow(started, started.session.id);
    expect(told).toEqual(["state connecting", "state live", "turn Hello."]);
    say(started, "item_2", "And now?", "item_1");
    await settle();
    await started.sessions.end(started.session, "deleted");
    expect(told.filter((what) => what !== "speaking").slice(3)).toEqual(["turn And now?", "ended deleted", "over"]);
    expect(heard).toEqual([
      { seq: 1, turn: 0, toTheEnd: false },
      { seq: 2, turn: 0, toTheEnd: false },
      { seq: 3, turn: 1, toTheEnd: false },
      { seq: 4, turn: 2, toTheEnd: false },
      { seq: 5, turn: 2, toTheEnd: true },
    ]);
  });

  test("goes on behind what was heard; a turn that was heard under another number is not told again", async () => {
    const started = await talk();
    const { id } = started.session;
    expect((await follow(started, id, { seq: 1 })).told).toEqual(["state live", "turn Hello."]);
    expect((await follow(started, id, { seq: 3, turn: 1 })).told).toEqual([]);
    expect((await follow(started, id, { seq: 0, turn: 1 })).told).toEqual(["state connecting", "state live"]);
  });

  test("stops when the follower stops, and is not kept in memory by anybody who left", async () => {
    const started = await talk();
    const { following, told } = await follow(started, started.session.id);
    const before = told.length;
    following.stop();
    started.session.mention({ type: "time_remaining", seconds: 60 });
    await following.look();
    expect(told).toHaveLength(before);
  });
});

describe("following a session that has ended", () => {
  test("tells its turns and its end, from where somebody left off", async () => {
    const started = await talk();
    const { id } = started.session;
    await started.sessions.end(started.session, "time_limit");
    const { told, heard } = await follow(started, id);
    expect(told).toEqual(["turn Hello.", "ended time_limit", "over"]);
    expect(heard).toEqual([
      { seq: 1, turn: 1, toTheEnd: false },
      { seq: 2, turn: 1, toTheEnd: true },
    ]);
    const later = await follow(started, id, { seq: 9, turn: 1 });
    expect(later.told).toEqual(["ended time_limit", "over"]);
    expect(later.heard).toEqual([{ seq: 10, turn: 1, toTheEnd: true }]);
    expect((await follow(started, id, { seq: 10, toTheEnd: true })).told).toEqual(["over"]);
  });
});

describe("following a session that waits for its person", () => {
  const bound = (id: string): Principal => ({ ...ada, session: id });

  test("tells what happens once it has begun", async () => {
    const under = await openSessions();
    const { id } = await under.sessions.schedule(service, { person: "ada", brief: {} });
    const { told } = await follow(under, id);
    const { session } = await under.sessions.open(bound(id), {});
    session.beginCall();
    expect(told).toEqual(["state connecting"]);
  });

  test("tells of its end when it is looked for, since nobody announces that", async () => {
    const under = await openSessions();
    const { id } = await under.sessions.schedule(service, { person: "ada", brief: {} });
    const { told, following } = await follow(under, id);
    await under.sessions.endFor(id, service, { goodbye: false });
    expect(told).toEqual([]);
    await following.look();
    expect(told).toEqual(["ended ended_by_service", "over"]);
  });

  test("survives a beginning that comes to nothing", async () => {
    const under = await openSessions({ MAX_SESSIONS_PER_PERSON: "1" });
    const first = await under.sessions.open(ada, {});
    const { id } = await under.sessions.schedule(service, { person: "ada", brief: {} });
    const opening = under.sessions.open(bound(id), {});
    const { told, following } = await follow(under, id);
    await expect(opening).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    await following.look();
    await under.sessions.end(first.session, "deleted");
    const { session } = await under.sessions.open(bound(id), {});
    session.beginCall();
    expect(told).toEqual(["state connecting"]);
  });
});

describe("following is presence", () => {
  test("of the session's own person, by sign-in or resume token, until the last one has left", async () => {
    const under = await openSessions({ IDLE_SECONDS: "60" });
    const { session, resumeToken } = await under.sessions.open(ada, {});
    const bySignIn = await follow(under, session.id, {}, { principal: ada });
    const byToken = await follow(under, session.id, {}, { resumeToken });
    await under.clock.advance(120_000);
    bySignIn.following.stop();
    bySignIn.following.stop();
    await under.clock.advance(120_000);
    expect(session.state).toBe("open");
    byToken.following.stop();
    await under.clock.advance(59_999);
    expect(session.state).toBe("open");
    await under.clock.advance(1);
    expect(session.endReason).toBe("client_gone");
  });

  test("not of those who watch", async () => {
    const under = await openSessions({ IDLE_SECONDS: "60" });
    const { session } = await under.sessions.open(ada, {});
    await follow(under, session.id, {}, { principal: service });
    await follow(under, session.id, {}, { principal: observer });
    await under.clock.advance(60_000);
    expect(session.endReason).toBe("client_gone");
  });
});

test("who may not hear a session cannot follow it", async () => {
  const under = await openSessions();
  const { session, resumeToken } = await under.sessions.open(ada, {});
  const stranger = { code: "SESSION_FORBIDDEN" };
  for (const credential of [
    { principal: eve },
    { principal: { ...observer, tenant: "other" } },
    { principal: { ...observer, session: `ses_${"A".repeat(22)}` } },
    { principal: { ...ada, session: "another" } },
    { resumeToken: `${resumeToken}x` },
  ]) {
    await expect(follow(under, session.id, {}, credential)).rejects.toMatchObject(stranger);
  }
  await expect(follow(under, `ses_${"A".repeat(22)}`)).rejects.toMatchObject(stranger);
  expect((await follow(under, session.id, {}, { principal: { ...observer, session: session.id } })).told).toEqual([]);
});
