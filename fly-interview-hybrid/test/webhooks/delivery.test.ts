import { describe, expect, test } from "vitest";
import { createDeadLetters } from "../../src/webhooks/dead-letters.ts";
import { service } from "../sessions/open-sessions.ts";
import { openWebhooksInTime } from "./open-webhooks.ts";
import { startReceiver } from "./receiver.ts";

/** Seconds after which each attempt follows the one before; what is due is seen within one more. */
const DELAYS = [5, 30, 120, 300, 900, 3600, 7200, 14_400, 14_400, 14_400, 14_400, 14_400];

describe("a receiver that answers", () => {
  test("gets the events of a session one after the other, each once, in order", async () => {
    const receiver = await startReceiver();
    const { records, start, pass, skip, attempts, webhooks } = await openWebhooksInTime([receiver.url]);
    await start();
    await records.updateSession("ses_a", { interruptedAt: 5 });
    await records.updateSession("ses_a", { interruptedAt: null });
    await records.updateSession("ses_a", { endReason: "budget_exceeded", endedAt: 9 });
    await records.insertSeal({ sessionId: "ses_a", turns: 2, head: "h", publicKey: "k", signature: "s" });
    await pass(1);
    expect(receiver.types()).toEqual([
      "session.started",
      "session.interrupted",
      "session.resumed",
      "budget.exhausted",
      "session.ended",
      "transcript.ready",
    ]);
    skip(3600);
    await pass(2);
    expect(await attempts()).toEqual({ delivered: 6 });
    expect(await webhooks.lagSeconds()).toBe(0);
  });

  test("gets them by POST, as JSON, and each at every endpoint", async () => {
    const [one, other] = [await startReceiver(), await startReceiver()];
    const { start, pass } = await openWebhooksInTime([`${one.url}?for=us`, other.url]);
    await start();
    await pass(1);
    expect(one.received).toMatchObject([{ path: "/hooks?for=us", headers: { "content-type": "application/json" } }]);
    expect(other.received.map(({ headers }) => headers["webhook-id"])).toEqual(
      one.received.map(({ headers }) => headers["webhook-id"]),
    );
  });
});

describe("a receiver that fails", () => {
  test("with a status is asked again, later and later, until it takes the event; others are not behind it", async () => {
    let isWell = false;
    const receiver = await startReceiver();
    const { records, clock, start, pass, attempts } = await openWebhooksInTime([receiver.url]);
    const times: number[] = [];
    receiver.answer = ({ event }) => {
      if (event.data.sessionId === "ses_b") return 200;
      times.push(clock.now());
      return isWell ? 200 : 500;
    };
    await start();
    await records.updateSession("ses_a", { endReason: "completed", endedAt: 9 });
    await pass(1);
    await start("ses_b");
    await pass(DELAYS.slice(0, 4).reduce((sum, delay) => sum + delay, 4));
    const gaps = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1000);
    expect(gaps).toEqual(DELAYS.slice(0, 4));
    isWell = true;
    await pass(901);
    expect(receiver.types().slice(-2)).toEqual(["session.started", "session.ended"]);
    expect(await attempts()).toEqual({ delivered: 3, refused: 5 });
    const sentTimes = receiver.received
      .filter(({ event }) => event.type === "session.started" && event.data.sessionId === "ses_a")
      .map(({ headers }) => headers["webhook-timestamp"]);
    expect(new Set(sentTimes).size).toBe(6);
  });

  test("by being away for ten minutes gets all there was when it is back", { timeout: 60_000 }, async () => {
    const away = await startReceiver();
    await away.stop();
    const { records, start, pass, webhooks, attempts } = await openWebhooksInTime([away.url]);
    for (let n = 0; n < 20; n += 1) await start(`ses_${n}`);
    await records.updateSession("ses_0", { endReason: "completed", endedAt: 9 });
    await pass(600);
    expect(await webhooks.lagSeconds()).toBe(600);
    const before = await attempts();
    expect(before).toEqual({ unreachable: expect.any(Number) });
    const receiver = await startReceiver(() => 204, away.port);
    await pass(901);
    expect(receiver.received).toHaveLength(21);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(21);
    expect(receiver.types().filter((type) => type === "session.started")).toHaveLength(20);
    expect(await webhooks.lagSeconds()).toBe(0);
    expect(await attempts()).toEqual({ ...before, delivered: 21 });
  });

  test("for a day loses the event to the dead letters, from where it can be sent again", async () => {
    const receiver = await startReceiver(() => 503);
    const { records, clock, start, pass, skip, attempts, metrics, logLines } = await openWebhooksInTime([receiver.url]);
    const deadLetters = createDeadLetters(records, clock);
    await start();
    await pass(1);
    for (const delay of DELAYS) {
      skip(delay - 1);
      await pass(1);
    }
    const { deadLetters: letters } = await deadLetters.list(service, { limit: 9 });
    expect(letters).toMatchObject([{ type: "session.started", sessionId: "ses_a", failure: "http_503" }]);
    const tries = letters[0]?.attempts ?? 0;
    expect(await attempts()).toEqual({ refused: tries });
    expect(tries).toBe(1 + DELAYS.length);
    expect(await metrics.text()).toContain("interview_webhook_dead_letters_total 1");
    expect(logLines.join("")).toContain("a webhook is tried no more");
    skip(86_400);
    await pass(2);
    expect(receiver.received).toHaveLength(tries);
    receiver.answer = () => 204;
    await deadLetters.resend(service, letters[0]?.id ?? "");
    await pass(1);
    expect(receiver.received).toHaveLength(tries + 1);
    expect((await deadLetters.list(service, { limit: 9 })).deadLetters).toEqual([]);
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids)).toEqual(new Set([letters[0]?.eventId]));
  });

  test("by a redirect is not followed", async () => {
    const elsewhere = await startReceiver();
    const receiver = await startReceiver((_webhook, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
      return undefined;
    });
    const { start, pass, attempts } = await openWebhooksInTime([receiver.url]);
    await start();
    await pass(2);
    expect(await attempts()).toEqual({ refused: 1 });
    expect(elsewhere.received).toEqual([]);
  });

  test("by silence is cut off in time, holds no more than eight attempts, and delays no other endpoint", async () => {
    const silent = await startReceiver(() => undefined);
    const other = await startReceiver();
    const { clock, start, idle, attempts } = await openWebhooksInTime([silent.url, other.url]);
    for (let n = 0; n < 20; n += 1) await start(`ses_${n}`);
    await clock.advance(1000);
    await expect.poll(() => other.received.length).toBe(20);
    await expect.poll(() => silent.received.length).toBe(8);
    await clock.advance(14_000);
    expect(await attempts()).toEqual({ delivered: 20 });
    expect(silent.received).toHaveLength(8);
    await clock.advance(1000);
    await expect.poll(async () => (await attempts()).timed_out).toBe(8);
    await expect.poll(() => silent.received.length).toBe(16);
    await clock.advance(15_000);
    await expect.poll(async () => (await attempts()).timed_out).toBe(16);
    silent.answer = () => 204;
    await clock.advance(60_000);
    await idle();
  });

  test("by an answer without an end is read no further, and has the event", async () => {
    let wasCut = false;
    const receiver = await startReceiver((_webhook, response) => {
      response.writeHead(200).on("close", () => (wasCut = true));
      const more = (): void => void response.write("x".repeat(64 * 1024), (error) => error ?? more());
      more();
      return undefined;
    });
    const { start, pass, attempts } = await openWebhooksInTime([receiver.url]);
    await start();
    await pass(1);
    expect(await attempts()).toEqual({ delivered: 1 });
    await expect.poll(() => wasCut).toBe(true);
  });
});

describe("when it is closed", () => {
  test("no timer is left, and what has not arrived is there for the next process", async () => {
    const receiver = await startReceiver(() => undefined);
    const { webhooks, clock, start, records } = await openWebhooksInTime([receiver.url]);
    await start();
    await clock.advance(1000);
    await expect.poll(() => receiver.received.length).toBe(1);
    const closed = webhooks.close();
    await clock.advance(2000);
    await closed;
    await webhooks.close();
    expect(clock.pending()).toBe(0);
    expect(await records.oldestDelivery()).toBeDefined();
    await start("ses_b");
    await clock.advance(100_000);
    expect(receiver.received).toHaveLength(1);
  });

  test("what is claimed at that moment is let go of at once, for another machine", async () => {
    const receiver = await startReceiver();
    const { webhooks, clock, start, records, holdClaims } = await openWebhooksInTime([receiver.url]);
    await start();
    const release = holdClaims();
    await clock.advance(1000);
    const closed = webhooks.close();
    release();
    await closed;
    expect(receiver.received).toEqual([]);
    const now = clock.now();
    const claim = { endpoint: receiver.url, now, until: now + 1, limit: 9 };
    expect(await records.claimDeliveries(claim)).toMatchObject([{ type: "session.started" }]);
  });

  test("what is under way may come to its end", async () => {
    let answer: () => void = () => undefined;
    const receiver = await startReceiver((_webhook, response) => {
      answer = () => void response.writeHead(204).end();
      return undefined;
    });
    const { webhooks, clock, start, records } = await openWebhooksInTime([receiver.url]);
    await start();
    await clock.advance(1000);
    await expect.poll(() => receiver.received.length).toBe(1);
    const closed = webhooks.close();
    answer();
    await closed;
    expect(await records.oldestDelivery()).toBeUndefined();
    expect(clock.pending()).toBe(0);
  });
});
