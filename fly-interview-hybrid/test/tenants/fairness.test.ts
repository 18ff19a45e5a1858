import { expect, test } from "vitest";
import { createTenant, startTenants } from "./two-tenants.ts";

test("a tenant that floods with ever new persons uses up its own requests, and nobody else's", {
  timeout: 60_000,
}, async () => {
  const { proxy, ask } = await startTenants({
    settings: { TENANT_REQUESTS_PER_SECOND: "5", CONNECTIONS_PER_MINUTE: "100000" },
  });
  const acme = await createTenant(proxy, "acme");
  const bolt = await createTenant(proxy, "bolt");
  const flood = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const bearer = await acme.token(`person-${n}`, { scope: "operate" });
      return ask("GET", "/api/sessions", { bearer });
    }),
  );
  // Each second brings five more; a machine that is busy takes many seconds.
  expect(flood.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5);
  const refused = flood.find(({ status }) => status !== 200);
  expect(refused).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
  expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
  for (let n = 0; n < 5; n++)
    expect(await ask("GET", "/api/sessions", { bearer: bolt.serviceToken })).toMatchObject({ status: 200 });
});

test("where there are several tenants, none holds more than half of the sockets", async () => {
  const { proxy, ask } = await startTenants({ settings: { MAX_CONNECTIONS: "4" } });
  const acme = await createTenant(proxy, "acme");
  const bolt = await createTenant(proxy, "bolt");
  const connect = async (token: string) => {
    const socket = proxy.connect("/", ["bearer", token]);
    const answer = await socket.next("welcome", "error");
    return { socket, outcome: answer.type === "error" ? answer.code : "welcome" };
  };
  const first = await connect(await acme.token("ada"));
  expect(first.outcome).toBe("welcome");
  expect((await connect(await acme.token("eve"))).outcome).toBe("welcome");
  expect((await connect(await acme.token("joe"))).outcome).toBe("CONNECTION_LIMIT");
  expect((await connect(await bolt.token("ada"))).outcome).toBe("welcome");
  first.socket.close();
  await first.socket.closed;
  await expect.poll(async () => (await connect(await acme.token("joe"))).outcome).toBe("welcome");
  expect((await ask("GET", "/api/tenants")).status).toBe(200);
});
