import { deadLetterListSchema } from "@interview-proxy/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { openRecords } from "../../src/records/registry.ts";
import type { Delivery } from "../../src/records/webhooks.ts";
import { ALONE, insertOwn, session } from "../records/each-backend.ts";
import { newRecordsFile } from "../records-file.ts";
import { audioOffer } from "../sample-sdp.ts";
import { createSteppingClock } from "../stepping-clock.ts";
import { SECRET } from "../webhooks/open-webhooks.ts";
import { type Receiver, startReceiver } from "../webhooks/receiver.ts";
import { readExample } from "../webhooks/verify-example.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { SECRETS } from "./secrets.ts";
import { tokenFor } from "./start-proxy.ts";

const DEAD_LETTERS = "/api/webhooks/dead-letters";

async function startWithReceiver(receiver: Receiver, settings: Record<string, string> = {}): Promise<Platform> {
  const clock = createSteppingClock(Date.now());
  onTestFinished(() => clock.close());
  const webhooks = { WEBHOOK_URLS: receiver.url, WEBHOOK_SECRET: SECRET, WEBHOOK_PRIVATE_ADDRESSES: "true" };
  return startPlatform({
    clock,
    settings: { IDLE_SECONDS: "3600", ...webhooks, ...settings },
    simulator: { media: "none", wordsPerSecond: 5, clock },
  });
}

/** An interview from its creation to its end by the clock; returns its id. */
async function interview(platform: Platform): Promise<string> {
  const created = await platform.create("ada", {
    maxDurationSeconds: 60,
    warnAtSeconds: [30],
    instructions: SECRETS.instructions,
  });
  const client = await platform.come(created);
  await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");
  await client.next("turn");
  await client.next("ended");
  return created.sessionId;
}

test("the platform hears of an interview from its start to its transcript, signed, and of no word in it", async () => {
  const receiver = await startReceiver();
  const platform = await startWithReceiver(receiver);
  const sessionId = await interview(platform);
  await expect
    .poll(() => receiver.types())
    .toEqual(["session.started", "limit.warning", "session.ended", "transcript.ready"]);
  const verify = await readExample();
  for (const { headers, rawBody, event } of receiver.received) {
    const all = new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));
    const sentAt = Number(headers["webhook-timestamp"]) * 1000;
    expect(await verify(SECRET, all, rawBody, sentAt)).toEqual(event);
    expect(event.data.sessionId).toBe(sessionId);
    expect(rawBody.length).toBeLessThan(500);
  }
  const { json } = await platform.ask("GET", `/api/sessions/${sessionId}/transcript`);
  const { turns } = json as { turns: { text: string }[] };
  expect(turns.length).toBeGreaterThan(0);
  const told = receiver.received.map(({ rawBody }) => rawBody).join();
  for (const { text } of turns) expect(told).not.toContain(text);
  for (const secret of [...Object.values(SECRETS), SECRET, "ada"]) expect(told).not.toContain(secret);
  const log = platform.proxy.logLines.join("");
  for (const secret of [SECRET, SECRET.slice(6), receiver.url]) expect(log).not.toContain(secret);
  const metrics = (await platform.proxy.fetch("/metrics")).text.split("\n");
  expect(metrics).toContain('interview_webhook_attempts_total{outcome="delivered"} 4');
  expect(metrics).toContain("interview_webhook_lag_seconds 0");
});

test("a receiver that never answers delays neither an interview nor the stop of the server", async () => {
  const receiver = await startReceiver(() => undefined);
  const platform = await startWithReceiver(receiver);
  await Promise.all([interview(platform), interview(platform)]);
  expect(receiver.types()).toContain("session.started");
  await platform.proxy.close();
});

describe("dead letters", () => {
  /** A platform with a dead letter, and another tenant's beside it. */
  async function startWithLetters(): Promise<{
    readonly platform: Platform;
    readonly receiver: Receiver;
    readonly foreignId: string;
  }> {
    const receiver = await startReceiver();
    const file = await newRecordsFile(systemClock);
    const records = await openRecords(file.url, systemClock, () => [receiver.url]);
    await records.beat(ALONE);
    const claimOne = async (): Promise<Delivery> => {
      const [now, until] = [Date.now() + 1, Date.now() + 60_000];
      const [delivery] = await records.claimDeliveries({ endpoint: receiver.url, now, until, limit: 1 });
      if (delivery === undefined) throw new Error("Nothing was claimed.");
      return delivery;
    };
    const ids: string[] = [];
    for (const tenant of ["default", "other"]) {
      await insertOwn(records, { ...session, id: `ses_${tenant}`, tenant });
      const delivery = await claimOne();
      await records.giveUpDelivery(delivery, { givenUpAt: Date.now(), failure: "http_500" });
      ids.push(delivery.id);
      await records.updateSession(`ses_${tenant}`, { endReason: "completed", endedAt: 5 });
      await records.finishDelivery(await claimOne());
    }
    await records.close();
    const { url } = file.handOver();
    return { platform: await startWithReceiver(receiver, { DATABASE_URL: url }), receiver, foreignId: ids[1] ?? "" };
  }

  test("are listed and sent again by the platform, and by nobody else", async () => {
    const { platform, receiver, foreignId } = await startWithLetters();
    const { ask } = platform;
    const reply = await ask("GET", DEAD_LETTERS);
    expect(reply.status).toBe(200);
    const { deadLetters, nextCursor } = deadLetterListSchema.parse(reply.json);
    expect(nextCursor).toBeNull();
    expect(deadLetters).toMatchObject([
      { type: "session.started", sessionId: "ses_default", endpoint: receiver.url, failure: "http_500", attempts: 1 },
    ]);
    const [letter] = deadLetters;
    const resend = `${DEAD_LETTERS}/${letter?.id}/resend`;

    for (const [method, path] of [
      ["GET", DEAD_LETTERS],
      ["POST", resend],
    ] as const) {
      for (const scope of ["interview", "observe", "admin"]) {
        const bearer = await tokenFor("eve", { scope });
        expect(await ask(method, path, { bearer })).toMatchObject({
          status: 403,
          json: { error: { code: "FORBIDDEN" } },
        });
      }
      const bound = await tokenFor("eve", { scope: "operate", session: letter?.sessionId ?? "" });
      expect((await ask(method, path, { bearer: bound })).status).toBe(403);
      expect((await platform.proxy.fetch(path, { method })).status).toBe(401);
    }
    for (const query of ["?limit=0", "?limit=201", "?cursor=%00", "?cursor=", "?other=1"])
      expect((await ask("GET", DEAD_LETTERS + query)).status).toBe(400);
    for (const id of ["dlv_unknown", foreignId])
      expect((await ask("POST", `${DEAD_LETTERS}/${id}/resend`)).status).toBe(404);

    expect(await ask("POST", resend)).toMatchObject({ status: 202, text: "" });
    await expect
      .poll(() => receiver.received)
      .toMatchObject([{ headers: { "webhook-id": letter?.eventId }, event: { data: { sessionId: "ses_default" } } }]);
    expect((await ask("POST", resend)).status).toBe(404);
    expect((await ask("GET", DEAD_LETTERS)).json).toEqual({ deadLetters: [], nextCursor: null });
  });
});
