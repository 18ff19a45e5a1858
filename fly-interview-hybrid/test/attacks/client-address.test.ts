import { describe, expect, test } from "vitest";
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

/** Each header with each of many addresses. */
function claimsOf(headers: readonly string[]): readonly Record<string, string>[] {
  return headers.flatMap((name) => addresses.map((address) => ({ [name]: address })));
}

test("without a trusted proxy, nothing that a client says of its address counts, at either door", async () => {
  const proxy = await startProxy({ settings });
  expect(await isCountedAsOne(proxy, claimsOf(TELLING))).toBe(true);
  const claims = Object.fromEntries(TELLING.map((name) => [name, "192.0.2.200"]));
  const client = await proxy.connectAs("ada", { headers: claims });
  expect(await client.next("error", "welcome")).toMatchObject({ code: "RATE_LIMITED" });
});

test("behind one proxy the address that it has added counts, and none that a client has written before it", async () => {
  const proxy = await startProxy({ settings: { ...settings, TRUST_PROXY: "1" } });
  const forged = addresses.map((address) => ({ "x-forwarded-for": `${address}, 127.0.0.1, 198.51.100.7` }));
  expect(await isCountedAsOne(proxy, forged)).toBe(true);
  // Others behind the same proxy are others.
  for (const address of addresses)
    expect((await proxy.fetch("/api/usage", { headers: { "x-forwarded-for": address } })).status).toBe(401);
});

describe("behind a proxy that writes the address into a header of its own", () => {
  const behindFly = { ...settings, TRUST_PROXY: "2", CLIENT_ADDRESS_HEADER: "Fly-Client-IP" };

  test("that address counts at both doors, and no other header", async () => {
    const proxy = await startProxy({ settings: behindFly });
    const others = TELLING.filter((name) => name !== "fly-client-ip");
    const claims = claimsOf(others).map((claim) => ({ ...claim, "fly-client-ip": "198.51.100.7" }));
    expect(await isCountedAsOne(proxy, claims)).toBe(true);
    const refused = await proxy.connectAs("ada", { headers: { "fly-client-ip": "198.51.100.7" } });
    expect(await refused.next("error", "welcome")).toMatchObject({ code: "RATE_LIMITED" });
    const client = await proxy.connectAs("ada", { headers: { "fly-client-ip": "198.51.100.8" } });
    expect(await client.next("error", "welcome")).toMatchObject({ type: "welcome" });
  });

  test("others are others, by IPv6 as well", async () => {
    const proxy = await startProxy({ settings: behindFly });
    for (const address of [...addresses, ...addresses.map((_, n) => `2001:db8:0:${n}::1`)]) {
      const { status } = await proxy.fetch("/api/usage", { headers: { "fly-client-ip": address } });
      expect(status).toBe(401);
    }
  });

  test("what is no address there counts for nothing: neither words, nor several addresses, nor none", async () => {
    const proxy = await startProxy({ settings: behindFly });
    const nonsense = addresses.flatMap((address) => [`${address}, 192.0.2.200`, `[${address}]`, `${address}:80`, ""]);
    expect(
      await isCountedAsOne(
        proxy,
        nonsense.map((claim) => ({ "fly-client-ip": claim })),
      ),
    ).toBe(true);
  });

  test("the machine's own metrics are for nobody whom the proxy brings", async () => {
    const proxy = await startProxy({ settings: behindFly });
    const asked = await proxy.fetch("/metrics", { headers: { "fly-client-ip": "198.51.100.7" } });
    expect(asked).toMatchObject({ status: 404, json: { error: { code: "NOT_FOUND" } } });
  });

  test("there has to be a proxy: without one clients would write that header themselves", async () => {
    await expect(startProxy({ settings: { CLIENT_ADDRESS_HEADER: "fly-client-ip" } })).rejects.toThrow(
      "CLIENT_ADDRESS_HEADER needs TRUST_PROXY: without a proxy in front, clients would write it.",
    );
  });
});

test("the address of the machine itself, which may read the metrics, cannot be claimed through a proxy", async () => {
  const proxy = await startProxy({ settings: { TRUST_PROXY: "1" } });
  const asked = await proxy.fetch("/metrics", { headers: { "x-forwarded-for": "127.0.0.1, 198.51.100.7" } });
  expect(asked).toMatchObject({ status: 404, json: { error: { code: "NOT_FOUND" } } });
});
