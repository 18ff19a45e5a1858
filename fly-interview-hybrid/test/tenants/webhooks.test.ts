import { expect, test } from "vitest";
import { type ReceivedWebhook, startReceiver } from "../webhooks/receiver.ts";
import { readExample } from "../webhooks/verify-example.ts";
import { createTenant, startTenants } from "./two-tenants.ts";

const SECRETS = { acme: `whsec_${"a".repeat(32)}`, bolt: `whsec_${"b".repeat(32)}` };
const PATIENTLY = { timeout: 15_000 };

test("each tenant is told of its own sessions, under its own secret, though both name one address", async () => {
  const receiver = await startReceiver();
  const { proxy, ask } = await startTenants({ settings: { WEBHOOK_PRIVATE_ADDRESSES: "true" } });
  const endpointWith = (secret: string): Record<string, unknown> => ({
    webhookUrls: [receiver.url],
    webhookSecrets: [secret],
  });
  const acme = await createTenant(proxy, "acme", endpointWith(SECRETS.acme));
  const bolt = await createTenant(proxy, "bolt", endpointWith(SECRETS.bolt));
  const silent = await createTenant(proxy, "silent");
  const sessions = { acme: await acme.begin("ada"), bolt: await bolt.begin("ada"), silent: await silent.begin("ada") };
  await ask("POST", "/api/tenants/acme/disable");
  const toldOf = (sessionId: string): readonly ReceivedWebhook[] =>
    receiver.received.filter(({ event }) => event.data.sessionId === sessionId);
  const typesOf = (sessionId: string): readonly string[] => toldOf(sessionId).map(({ event }) => event.type);
  await expect.poll(() => typesOf(sessions.acme.sessionId), PATIENTLY).toContain("session.ended");
  await expect.poll(() => typesOf(sessions.bolt.sessionId), PATIENTLY).toEqual(["session.started"]);
  expect(toldOf(sessions.silent.sessionId)).toEqual([]);

  const verify = await readExample();
  const check = (secret: string, { headers, rawBody }: ReceivedWebhook): Promise<unknown> =>
    verify(
      secret,
      new Headers(headers as Record<string, string>),
      rawBody,
      Number(headers["webhook-timestamp"]) * 1000,
    );
  for (const webhook of toldOf(sessions.acme.sessionId)) {
    await expect(check(SECRETS.acme, webhook)).resolves.toEqual(webhook.event);
    await expect(check(SECRETS.bolt, webhook)).rejects.toThrow("not from the proxy");
  }
  const [theirs] = toldOf(sessions.bolt.sessionId);
  if (theirs === undefined) throw new Error("Nothing came.");
  await expect(check(SECRETS.bolt, theirs)).resolves.toEqual(theirs.event);
});

test("an endpoint that is set later is told of what happens from then on, and needs a secret", async () => {
  const receiver = await startReceiver();
  const { proxy, ask } = await startTenants({ settings: { WEBHOOK_PRIVATE_ADDRESSES: "true" } });
  const acme = await createTenant(proxy, "acme");
  await acme.begin("ada");
  const set = (body: object) => ask("PATCH", "/api/tenants/acme", { body });
  expect(await set({ webhookUrls: [receiver.url] })).toMatchObject({ json: { error: { field: "webhookUrls" } } });
  expect((await set({ webhookUrls: [receiver.url], webhookSecrets: [SECRETS.acme] })).status).toBe(200);
  const { sessionId } = await acme.begin("eve");
  await expect.poll(() => receiver.types(), PATIENTLY).toEqual(["session.started"]);
  expect(receiver.received[0]?.event.data.sessionId).toBe(sessionId);
});
