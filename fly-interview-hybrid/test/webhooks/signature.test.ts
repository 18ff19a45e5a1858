import { expect, test } from "vitest";
import { signedHeaders } from "../../src/webhooks/sign.ts";
import { openWebhooksInTime, SECRET } from "./open-webhooks.ts";
import { type ReceivedWebhook, startReceiver } from "./receiver.ts";
import { readExample } from "./verify-example.ts";

const NEW_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

async function receiveOne(secrets: string): Promise<{ readonly webhook: ReceivedWebhook; readonly now: number }> {
  const receiver = await startReceiver();
  const { clock, start, pass } = await openWebhooksInTime([receiver.url], { settings: { WEBHOOK_SECRET: secrets } });
  await start();
  await pass(1);
  const [webhook] = receiver.received;
  if (webhook === undefined) throw new Error("Nothing came.");
  return { webhook, now: clock.now() };
}

const headersOf = ({ headers }: ReceivedWebhook): Headers =>
  new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));

test("is that of Standard Webhooks' own example", () => {
  const message = { eventId: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}' };
  expect(signedHeaders(message, [SECRET], 1_614_265_330_999)).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("satisfies the documented check, over the bytes as they came", async () => {
  const verify = await readExample();
  const { webhook, now } = await receiveOne(SECRET);
  const event = await verify(SECRET, headersOf(webhook), webhook.rawBody, now);
  expect(event).toEqual(webhook.event);
  expect(event.type).toBe("session.started");
});

test("fails that check for another body, id, time or secret, and when it is old", async () => {
  const verify = await readExample();
  const { webhook, now } = await receiveOne(SECRET);
  const forged = [
    () => verify(SECRET, headersOf(webhook), `${webhook.rawBody} `, now),
    () => verify(NEW_SECRET, headersOf(webhook), webhook.rawBody, now),
    () => verify(SECRET, headersOf(webhook), webhook.rawBody, now + 301_000),
    () => verify(SECRET, headersOf(webhook), webhook.rawBody, now - 301_000),
    () => verify(SECRET, new Headers(), webhook.rawBody, now),
    ...["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => {
      const headers = headersOf(webhook);
      headers.set(name, name === "webhook-timestamp" ? String(Math.floor(now / 1000) - 1) : `v1,${"A".repeat(43)}=`);
      return () => verify(SECRET, headers, webhook.rawBody, now);
    }),
  ];
  for (const check of forged) await expect(check()).rejects.toThrow(/^The webhook is /);
});

test("is there by each secret while it is changed", async () => {
  const verify = await readExample();
  const { webhook, now } = await receiveOne(`${NEW_SECRET}, ${SECRET}`);
  expect(webhook.headers["webhook-signature"]).toMatch(/^v1,\S{44} v1,\S{44}$/);
  for (const secret of [NEW_SECRET, SECRET]) {
    expect(await verify(secret, headersOf(webhook), webhook.rawBody, now)).toEqual(webhook.event);
  }
});
