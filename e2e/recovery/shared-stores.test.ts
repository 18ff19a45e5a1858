import { expect, onTestFinished, test } from "vitest";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { startRedis } from "../../fly-interview-hybrid/test/servers/redis-server.ts";
import { startRelay } from "../../fly-interview-hybrid/test/servers/relay.ts";
import { type RunningProxy, startProxy } from "../interview/running-proxy.ts";

const SERVICE_TOKEN = "e2e-service-token-0123456789abcdef0123456789";
const COMMAND = "exec node dist/main.js";

test("built proxies keep their records in one Postgres and count in one Redis", async () => {
  const settings = await startStores();
  const first = await startProxy(COMMAND, settings);
  const sessionId = await createSession(first);
  const second = await startProxy(COMMAND, settings);
  expect(await statusOf(second, sessionId)).toBe("scheduled");
  await second.command.interrupt();
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);

  await first.command.kill();
  const next = await startProxy(COMMAND, settings);
  expect(await statusOf(next, sessionId)).toBe("scheduled");
  await next.command.interrupt();
  expect(next.command.output()).not.toContain('"level":"warn"');
});

/** A Postgres and a Redis of the test's own; returns the settings that name them. */
async function startStores(): Promise<Record<string, string>> {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const relay = await startRelay(redis.socket);
  onTestFinished(() => relay.close());
  return {
    SIMULATION_MODE: "true",
    SERVICE_TOKEN,
    JWT_SECRET: "e2e-jwt-secret-0123456789abcdef0123456789",
    DATABASE_URL: postgres.urlOf(await postgres.createDatabase()),
    REDIS_URL: `redis://127.0.0.1:${relay.port}`,
  };
}

async function createSession(proxy: RunningProxy): Promise<string> {
  const { sessionId } = (await ask(proxy, "", { method: "POST", body: JSON.stringify({ person: "ada" }) })) as {
    sessionId: string;
  };
  return sessionId;
}

async function statusOf(proxy: RunningProxy, sessionId: string): Promise<string> {
  return ((await ask(proxy, `/${sessionId}`)) as { status: string }).status;
}

async function ask({ url }: RunningProxy, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { authorization: `Bearer ${SERVICE_TOKEN}`, "content-type": "application/json" };
  const response = await fetch(`${url}/api/sessions${path}`, { ...init, headers });
  return response.json();
}
