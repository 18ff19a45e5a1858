import { Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { RateLimits } from "../../src/coordination/rate-limits.ts";
import { openRateLimits } from "../../src/coordination/registry.ts";
import { createLog } from "../../src/ops/log.ts";
import { type RedisServer, startRedis } from "../servers/redis-server.ts";
import { type Relay, startRelay } from "../servers/relay.ts";

const LOST = "Redis cannot be reached: this process counts by itself";
const BACK = "Redis can be reached again";
/** Far longer than it takes, for machines under load. */
const PATIENTLY = { timeout: 15_000 };
const BUDGET = { arrival: 2, offer: 2, call: 2 };

let redis: RedisServer;
let relay: Relay;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  relay = await startRelay(redis.socket);
  return () => relay.close();
});

/** Another database for each test. */
let database = 0;
beforeEach(() => {
  database += 1;
});

/** Counters as one machine has them, and what it logs. */
async function openMachine(): Promise<{ readonly limits: RateLimits; readonly said: string[] }> {
  const said: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      said.push((JSON.parse(line.toString("utf8")) as { msg: string }).msg);
      done();
    },
  });
  const url = `redis://127.0.0.1:${relay.port}/${database}`;
  const limits = await openRateLimits({ budget: BUDGET, log: createLog("info", destination) }, url);
  onTestFinished(() => limits.close());
  return { limits, said };
}

test("machines count together", async () => {
  const [one, other] = [await openMachine(), await openMachine()];
  expect(await one.limits.take("call", "ada")).toBe(0);
  expect(await other.limits.take("call", "ada")).toBe(0);
  expect(await one.limits.take("call", "ada")).toBeGreaterThan(0);
  expect([...one.said, ...other.said]).toEqual([]);
});

test("while Redis is away a machine counts by itself, says so once, and says once that it is back", async () => {
  const { limits, said } = await openMachine();
  for (const round of [1, 2]) {
    relay.cut();
    await expect.poll(() => said, PATIENTLY).toHaveLength(2 * round - 1);
    expect(await limits.take("call", `ada ${round}`)).toBe(0);
    expect(await limits.take("call", `ada ${round}`)).toBe(0);
    expect(await limits.take("call", `ada ${round}`)).toBeGreaterThan(0);
    relay.restore();
    await expect.poll(() => said, PATIENTLY).toHaveLength(2 * round);
  }
  expect(said).toEqual([LOST, BACK, LOST, BACK]);
  expect(await limits.take("call", "ada 1")).toBe(0);
});

test("a Redis that has gone silent keeps no request waiting for long", async () => {
  const { limits, said } = await openMachine();
  relay.silence();
  expect(await limits.take("call", "ada")).toBe(0);
  await expect.poll(() => said, PATIENTLY).toEqual([LOST]);
});

test("a process starts, and ends, without Redis", async () => {
  relay.cut();
  const { limits, said } = await openMachine();
  expect(said).toEqual([LOST]);
  expect(await limits.take("call", "ada")).toBe(0);
  await limits.close();
  expect(said).toEqual([LOST]);
});

test("an end is not taken for a loss", async () => {
  const { limits, said } = await openMachine();
  await limits.close();
  expect(said).toEqual([]);
});
