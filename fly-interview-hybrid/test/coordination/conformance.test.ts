import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { RateBudget, RateLimits } from "../../src/coordination/rate-limits.ts";
import { COORDINATION_BACKENDS } from "../../src/coordination/registry.ts";
import { createLog } from "../../src/ops/log.ts";
import { type RedisServer, startRedis } from "../servers/redis-server.ts";
import { type Relay, startRelay } from "../servers/relay.ts";

let redis: RedisServer;
let relay: Relay;
beforeAll(async () => {
  redis = await startRedis();
  relay = await startRelay(redis.socket);
});
afterAll(async () => {
  await relay.close();
  await redis.stop();
});

/** Another database for each test, so that none counts for another. */
let databases = 0;

describe.each(Object.entries(COORDINATION_BACKENDS))("rate limits in %s:", (_name, openBackend) => {
  async function open(budget: Partial<RateBudget> = {}): Promise<RateLimits> {
    const all = { arrival: 9, offer: 9, call: 9, ...budget };
    const url = `redis://127.0.0.1:${relay.port}/${(databases += 1)}`;
    const limits = await openBackend({ budget: all, log: createLog("silent", new Writable()) }, url);
    onTestFinished(() => limits.close());
    return limits;
  }

  test("a key gets its budget, and is then told how long to wait", async () => {
    const limits = await open({ offer: 2 });
    expect(await limits.take("offer", "ada")).toBe(0);
    expect(await limits.take("offer", "ada")).toBe(0);
    const wait = await limits.take("offer", "ada");
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60_000);
  });

  test("keys and buckets are counted apart", async () => {
    const limits = await open({ arrival: 1, offer: 1, call: 1 });
    for (const bucket of ["arrival", "offer", "call"] as const) {
      for (const key of ["ada", "eve", '["default","ada"]', "ip:2001:db8:0:1"]) {
        expect(await limits.take(bucket, key)).toBe(0);
        expect(await limits.take(bucket, key)).toBeGreaterThan(0);
      }
    }
  });

  test("of many who come at once no more than the budget are let in", async () => {
    const limits = await open({ call: 5 });
    const waits = await Promise.all(Array.from({ length: 20 }, () => limits.take("call", "ada")));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  });

  test("closing twice does no harm, and no request that is still under way fails for it", async () => {
    const limits = await open();
    await limits.close();
    await limits.close();
    expect(await limits.take("call", "ada")).toBe(0);
  });
});
