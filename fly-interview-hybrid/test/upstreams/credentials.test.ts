import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import { openUpstreams } from "../../src/upstreams/registry.ts";

async function headersOfSideband(settings: Record<string, string>): Promise<IncomingMessage["headers"]> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const upstreams = await openUpstreams({
    config: readConfig({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, ...settings }),
    clock: systemClock,
    startSimulator: () => Promise.reject(new Error("No simulator was asked for.")),
  });
  onTestFinished(() => upstreams.close());
  const connection = once(server, "connection");
  await upstreams.forTenant("default").attach("rtc_12345678", () => undefined);
  const [, request] = (await connection) as [unknown, IncomingMessage];
  return request.headers;
}

describe.each(["realtime", "live"])("the sideband of a call of the %s API", (VOICE_API) => {
  test("is opened with the key that calls are made with, unless it has one of its own", async () => {
    const calls = { VOICE_API, OPENAI_API_KEY: "sk-calls" };
    expect(await headersOfSideband(calls)).toMatchObject({ authorization: "Bearer sk-calls" });
    const sideband = { ...calls, SIDEBAND_API_KEY: "sk-sideband" };
    expect(await headersOfSideband(sideband)).toMatchObject({ authorization: "Bearer sk-sideband" });
  });

  test("has its key where Azure looks for it", async () => {
    const headers = await headersOfSideband({ VOICE_API, OPENAI_API_KEY: "azure-key", UPSTREAM_AUTH: "api-key" });
    expect(headers).toMatchObject({ "api-key": "azure-key" });
    expect(headers).not.toHaveProperty("authorization");
  });
});
