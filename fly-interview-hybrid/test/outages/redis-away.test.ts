import { expect, onTestFinished, test } from "vitest";
import { startProxy, tokenFor } from "../doors/start-proxy.ts";
import { audioOffer } from "../sample-sdp.ts";
import { startRelay } from "../servers/relay.ts";
import { startRedis } from "../servers/redis-server.ts";

test("without Redis sessions go on and new ones are admitted on local limits, which health and metrics tell", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const relay = await startRelay(redis.socket);
  onTestFinished(() => relay.close());
  const proxy = await startProxy({ settings: { REDIS_URL: `redis://127.0.0.1:${relay.port}` } });
  const readiness = async (): Promise<unknown> => (await proxy.fetch("/readyz")).json;
  const isUp = async (): Promise<boolean> => (await proxy.fetch("/metrics")).text.includes("\ninterview_redis_up 1\n");
  const before = await proxy.connectAs("ada");
  before.send({ type: "init" });
  await before.next("initialized");
  expect(await readiness()).toEqual({ status: "ready", records: "up", redis: "up" });
  expect(await isUp()).toBe(true);

  await redis.crash();
  await expect.poll(readiness).toEqual({ status: "ready", records: "up", redis: "down" });
  expect(await isUp()).toBe(false);
  before.send({ type: "ping" });
  await before.next("pong");
  const after = await proxy.connectAs("eve");
  after.send({ type: "init" });
  const { sessionId, resumeToken } = await after.next("initialized");
  after.send({ type: "sdp_offer", offer: audioOffer });
  await after.next("sdp_answer");
  after.close();
  await after.closed;
  const back = proxy.connect("/", ["bearer", resumeToken]);
  back.send({ type: "init", resumeToken });
  await back.next("initialized");
  back.send({ type: "disconnect" });
  await back.next("disconnected");
  const headers = { authorization: `Bearer ${await tokenFor("eve")}` };
  expect((await proxy.fetch(`/api/sessions/${sessionId}/transcript`, { headers })).status).toBe(200);

  await redis.startAgain();
  await expect.poll(readiness, { timeout: 15_000 }).toEqual({ status: "ready", records: "up", redis: "up" });
  expect(await isUp()).toBe(true);
});
