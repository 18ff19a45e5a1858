import { expect, test } from "vitest";
import { type ProxyUnderTest, startProxy } from "../doors/start-proxy.ts";

/** Headers by which clients and proxies say where a request comes from. */
const TELLING = ["x-forwarded-for", "fly-client-ip", "forwarded", "x-real-ip", "true-client-ip", "cf-connecting-ip"];

const BUDGET = 4;
const settings = { CONNECTIONS_PER_MINUTE: String(BUDGET) };

/** Comes once as each of these claims, without a sign-in, and returns whether it was counted as one and the same address. */
async function isCountedAsOne(proxy: ProxyUnderTest, claims: readonly Record<string, string>[]): Promise<boolean> {
  const statuses: number[] = [];
  for (const headers of claims) statuses.push((await proxy.fetch("/api/usage", { headers })).status);
  expect(new Set(statuses.slice(0, BUDGET))).toEqual(new Set([401]));
  return statuses.slice(BUDGET).every((status) => status === 429);
}

const addresses = Array.from({ length: 2 * BUDGET }, (_, n) => `192.0.2.${n + 1}`);

test("without a trusted proxy, nothing that a client says of its address counts, at either door", async () => {
  for (const name of TELLING) {
    const proxy = await startProxy({ settings });
    expect([
      name,
      await isCountedAsOne(
        proxy,
        addresses.map((address) => ({ [name]: address })),
      ),
    ]).toEqual([name, true]);
    const client = await proxy.connectAs("ada", { headers: { [name]: "192.0.2.200" } });
    expect([name, await client.next("error", "welcome")]).toMatchObject([name, { code: "RATE_LIMITED" }]);
  }
});

test("behind one proxy the address that it has added counts, and none that a client has written before it", async () => {
  const proxy = await startProxy({ settings: { ...settings, TRUST_PROXY: "1" } });
  const forged = addresses.map((address) => ({ "x-forwarded-for": `${address}, 127.0.0.1, 198.51.100.7` }));
  expect(await isCountedAsOne(proxy, forged)).toBe(true);
  // Others behind the same proxy are others.
  for (const address of addresses)
    expect((await proxy.fetch("/api/usage", { headers: { "x-forwarded-for": address } })).status).toBe(401);
});

test("the address of the machine itself, which may read the metrics, cannot be claimed through a proxy", async () => {
  const proxy = await startProxy({ settings: { TRUST_PROXY: "1" } });
  const asked = await proxy.fetch("/metrics", { headers: { "x-forwarded-for": "127.0.0.1, 198.51.100.7" } });
  expect(asked).toMatchObject({ status: 404, json: { error: { code: "NOT_FOUND" } } });
});
