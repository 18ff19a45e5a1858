import { type WebhookEvent, webhookEventSchema } from "@interview-proxy/protocol";
import { expect, test, vi } from "vitest";
import type { Records } from "../../src/records/records.ts";
import { settle } from "../fake-clock.ts";
import { audioAnswer } from "../sample-sdp.ts";
import { SECRET } from "../webhooks/open-webhooks.ts";
import { CALL, callAgain, offer, startSession, startTalk } from "./start-session.ts";

const ENDPOINT = "https://platform.example/hooks";
const WEBHOOKS = { WEBHOOK_URLS: ENDPOINT, WEBHOOK_SECRET: SECRET };

/** Everything that is to be told, in order, as if each arrived at once. */
async function told(records: Records): Promise<readonly WebhookEvent[]> {
  const events: WebhookEvent[] = [];
  for (;;) {
    const claim = { endpoint: ENDPOINT, now: Number.MAX_SAFE_INTEGER, until: Number.MAX_SAFE_INTEGER, limit: 1 };
    const [delivery] = await records.claimDeliveries(claim);
    if (delivery === undefined) return events;
    events.push(webhookEventSchema.parse(JSON.parse(delivery.body)));
    await records.finishDelivery(delivery);
  }
}

const typesOf = async (records: Records): Promise<readonly string[]> => (await told(records)).map(({ type }) => type);

test("of an interview that runs out of time: its start, its warnings, its end and its transcript", async () => {
  const talk = await startTalk({ ...WEBHOOKS, MAX_SESSION_SECONDS: "60", WARN_AT_SECONDS: "30,10" });
  const sessionId = talk.session.id;
  await talk.clock.advance(60_000);
  expect(await told(talk.records)).toMatchObject([
    { type: "session.started", timestamp: "2023-11-14T22:13:20.000Z", data: { sessionId } },
    { type: "limit.warning", timestamp: "2023-11-14T22:13:50.000Z", data: { sessionId, remainingSeconds: 30 } },
    { type: "limit.warning", timestamp: "2023-11-14T22:14:10.000Z", data: { sessionId, remainingSeconds: 10 } },
    { type: "session.ended", data: { sessionId, reason: "time_limit", startedAt: "2023-11-14T22:13:20.000Z" } },
    { type: "transcript.ready", data: { sessionId, turns: 0 } },
  ]);
  expect(talk.clock.pending()).toBe(0);
});

test("of one whose call is lost: that it was interrupted, and that it goes on, with its new deadline", async () => {
  const talk = await startTalk(WEBHOOKS);
  talk.upstream.attachResults.push("gone", "gone");
  talk.sideband.drop();
  await talk.clock.advance(10_100);
  await callAgain(talk, "rtc_u1_second00");
  expect(await told(talk.records)).toMatchObject([
    { type: "session.started", data: { deadline: "2023-11-14T23:13:20.000Z" } },
    { type: "session.interrupted" },
    { type: "session.resumed", data: { deadline: expect.stringMatching(/^2023-11-14T23:13:30/) } },
  ]);
});

test("of one whose budget is used up: that, before its end", async () => {
  const talk = await startTalk({ ...WEBHOOKS, BUDGET_SECONDS: "30" });
  await talk.clock.advance(30_000);
  expect(await typesOf(talk.records)).toEqual([
    "session.started",
    "budget.exhausted",
    "session.ended",
    "transcript.ready",
  ]);
});

test("of a page that changes the interviewer: each time, before the end that it brings", async () => {
  const started = await startSession({ ...WEBHOOKS, DATA_CHANNEL: "open", POLICY_VIOLATIONS: "1" });
  const { outcome } = await offer(started);
  started.upstream.creates[0]?.answer({ ...CALL, answerSdp: audioAnswer });
  await outcome;
  await settle();
  const [sideband] = started.upstream.sidebands;
  sideband?.say({ type: "ready", digest: "plan" });
  await started.clock.advance(5001);
  sideband?.say({ type: "drifted", digest: "other" });
  await settle();
  expect(await told(started.records)).toMatchObject([
    { type: "session.started" },
    { type: "policy.violation", data: { kind: "drift", counted: true } },
    { type: "session.ended", data: { reason: "policy_violation" } },
    { type: "transcript.ready" },
  ]);
});

test("while the records are away: what happened meanwhile, in its order, when they are back", async () => {
  const talk = await startTalk({ ...WEBHOOKS, MAX_SESSION_SECONDS: "60", WARN_AT_SECONDS: "30" });
  const away = new Error("The disk is full.");
  const spies = (["updateSession", "noteWarning"] as const).map((write) =>
    vi.spyOn(talk.records, write).mockRejectedValue(away),
  );
  await talk.clock.advance(60_000);
  expect(talk.session.endReason).toBe("time_limit");
  expect(await typesOf(talk.records)).toEqual(["session.started"]);
  for (const spy of spies) spy.mockRestore();
  await talk.clock.advance(1000);
  expect(await typesOf(talk.records)).toEqual(["limit.warning", "session.ended", "transcript.ready"]);
});

test("of visitors of the simulation, and where no endpoint is set: nothing", async () => {
  const { sessions, records } = await startSession(WEBHOOKS);
  const visitor = { tenant: "simulation", person: "visitor", countedAs: "v", scopes: new Set(["interview"] as const) };
  await sessions.open({ ...visitor, session: undefined }, {});
  expect(await typesOf(records)).toEqual(["session.started"]);
  const without = await startSession();
  await without.sessions.end(without.session, "deleted");
  expect(await without.records.oldestDelivery()).toBeUndefined();
});
