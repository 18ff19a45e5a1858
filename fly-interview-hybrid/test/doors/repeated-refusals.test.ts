import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Clock, systemClock } from "../../src/clock.ts";
import { asker, createTenant, startTenants } from "../tenants/two-tenants.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";

const PAGE = "https://jobs.example";

interface Asked {
  readonly path?: string;
  readonly token?: string;
  readonly from?: string;
}

/** Asks as a page behind one reverse proxy. */
function ask(proxy: ProxyUnderTest, { path = "/api/sdp-exchange", token, from = "192.0.2.1" }: Asked) {
  return proxy.fetch(path, {
    method: "POST",
    headers: {
      origin: PAGE,
      "content-type": "application/json",
      "x-forwarded-for": from,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: "{}",
  });
}

type Reply = Awaited<ReturnType<typeof ask>>;

/** A reply without what no two have in common. */
function shapeOf({ status, headers, json }: Reply): object {
  const own = ["date", "x-request-id", "retry-after", "content-length"];
  const body = json as { error: object };
  return {
    status,
    headers: [...headers].filter(([name]) => !own.includes(name)),
    named: own.filter((name) => headers.has(name)),
    error: { ...body.error, requestId: "", retryAfterMs: 0 },
  };
}

async function repeated(proxy: ProxyUnderTest): Promise<number> {
  const metrics = await proxy.fetch("/metrics");
  return Number(/^interview_repeated_refusals_total (\d+)$/m.exec(metrics.text)?.[1]);
}

function startLimited(perMinute: number, settings: Record<string, string> = {}): Promise<ProxyUnderTest> {
  return startProxy({
    settings: { TRUST_PROXY: "1", ALLOWED_ORIGINS: PAGE, CONNECTIONS_PER_MINUTE: String(perMinute), ...settings },
  });
}

test.each([
  ["below /api", "/api/sdp-exchange"],
  ["as OpenAI's clients read it", "/v1/realtime/calls"],
])("who asks again before the time it was told gets the very same answer, unlooked at: %s", async (_name, path) => {
  const proxy = await startLimited(1, { DATA_CHANNEL: "open" });
  await ask(proxy, { path });
  const first = await ask(proxy, { path });
  expect(first.status).toBe(429);
  expect(await repeated(proxy)).toBe(0);
  const again = await ask(proxy, { path });
  expect(await repeated(proxy)).toBe(1);
  expect(shapeOf(again)).toEqual(shapeOf(first));
  expect(again.headers.get("access-control-allow-origin")).toBe(PAGE);
  expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
  expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(again.headers.get("retry-after"))).toBeLessThanOrEqual(Number(first.headers.get("retry-after")));
  // Somebody else at another address.
  expect((await ask(proxy, { path, from: "192.0.2.2" })).status).not.toBe(429);
});

test("a person is refused wherever they come from; another, and one who only pretends, is judged anew", async () => {
  const proxy = await startLimited(2);
  const token = await tokenFor("ada");
  for (const from of ["192.0.2.1", "192.0.2.2"]) expect((await ask(proxy, { token, from })).status).toBe(400);
  const first = await ask(proxy, { token, from: "192.0.2.3" });
  const again = await ask(proxy, { token, from: "192.0.2.4" });
  expect(await repeated(proxy)).toBe(1);
  expect(first.status).toBe(429);
  expect(shapeOf(again)).toEqual(shapeOf(first));
  expect((await proxy.fetch("/metrics")).text).toContain('interview_connects_total{outcome="refused"} 4');

  expect((await ask(proxy, { token: await tokenFor("bob"), from: "192.0.2.4" })).status).toBe(400);
  expect((await ask(proxy, { token: `${token.slice(0, -2)}xx`, from: "192.0.2.4" })).status).toBe(401);
  expect((await ask(proxy, { from: "192.0.2.5" })).status).toBe(401);
  expect(await repeated(proxy)).toBe(1);
});

test("sockets of who floods are opened to be told, a few of them; then the upgrade is refused, and the page is not", async () => {
  const proxy = await startLimited(1);
  await ask(proxy, { path: "/api/sessions" });
  const open = () => proxy.connect("/", [], { headers: { "x-forwarded-for": "192.0.2.1" } });
  for (let n = 0; n < 9; n++) expect(await open().closed).toBe(4429);
  const refused = await new Promise<IncomingMessage>((resolve, reject) => {
    const socket = new WebSocket(proxy.url.replace("http", "ws"), { headers: { "x-forwarded-for": "192.0.2.1" } });
    socket.once("error", reject);
    socket.once("unexpected-response", (_request, response) => resolve(response));
  });
  expect(refused.statusCode).toBe(429);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(JSON.parse(await text(refused))).toMatchObject({ error: { code: "RATE_LIMITED", retryable: true } });
  const { text: metrics } = await proxy.fetch("/metrics");
  expect(metrics).toContain('interview_connects_total{outcome="refused"} 10');
  expect((await proxy.fetch("/", { headers: { "x-forwarded-for": "192.0.2.1" } })).status).toBe(200);
  const other = proxy.connect("/", ["bearer", await tokenFor("ada")], { headers: { "x-forwarded-for": "192.0.2.2" } });
  await other.next("welcome");
});

test("sockets of one address that flood together are slowed, then closed; everybody else is answered", async () => {
  const now = Date.now();
  // One second, which lasts as long as the test does.
  const clock: Clock = { ...systemClock, now: () => now };
  const proxy = await startProxy({ clock, settings: { TRUST_PROXY: "1", MESSAGES_PER_SECOND: "40" } });
  const join = async (person: string, from: string) => {
    const socket = await proxy.connectAs(person, { headers: { "x-forwarded-for": from } });
    await socket.next("welcome");
    return socket;
  };
  const flooding = await Promise.all(Array.from({ length: 24 }, (_, n) => join(`bot-${n}`, "192.0.2.1")));
  const neighbour = await join("ada", "192.0.2.1");
  const stranger = await join("bob", "192.0.2.2");
  for (const socket of flooding) for (let n = 0; n < 40; n++) socket.send({ type: "ping" });
  const closed = flooding.filter(({ socket }) => socket.readyState !== socket.CLOSED).map((socket) => socket.closed);
  expect(await Promise.race(closed)).toBe(4400);
  for (let n = 0; n < 40; n++) stranger.send({ type: "ping" });
  for (let n = 0; n < 40; n++) await stranger.next("pong");
  for (let n = 0; n < 5; n++) neighbour.send({ type: "ping" });
  for (let n = 0; n < 5; n++) await neighbour.next("pong");
  neighbour.send({ type: "ping" });
  const refusal = await neighbour.next("error");
  expect(refusal).toMatchObject({ code: "RATE_LIMITED" });
  expect(refusal.retryAfterMs).toBeGreaterThan(0);
});

test("a tenant's backend is let in again when its second is over", async () => {
  const { proxy, ask: askAs } = await startTenants({ settings: { TENANT_REQUESTS_PER_SECOND: "5" } });
  const acme = await createTenant(proxy, "acme");
  const bolt = await createTenant(proxy, "bolt");
  const askAcme = () => askAs("GET", "/api/sessions", { bearer: acme.serviceToken });
  const flood = await Promise.all(Array.from({ length: 30 }, askAcme));
  expect(flood.some(({ status }) => status === 429)).toBe(true);
  expect(await asker(proxy, bolt.serviceToken)("GET", "/api/sessions")).toMatchObject({ status: 200 });
  await expect.poll(async () => (await askAcme()).status, { timeout: 10_000 }).toBe(200);
  expect(await repeated(proxy)).toBeGreaterThan(0);
});

test("who pretends to be another machine is counted by address, and refused like anybody", async () => {
  const proxy = await startLimited(2);
  const pretend = async () => {
    const headers = { "x-interview-relay": "nonsense", "x-forwarded-for": "192.0.2.1" };
    return (await proxy.fetch("/api/sessions", { headers })).status;
  };
  expect([await pretend(), await pretend(), await pretend()]).toEqual([401, 401, 429]);
});
