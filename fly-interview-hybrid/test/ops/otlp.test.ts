import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { json } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { lendToOpenTelemetry } from "../../src/config/environment.ts";
import { readConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import { openTracing } from "../../src/ops/tracing.ts";

interface Exported {
  readonly resourceSpans: {
    readonly resource: {
      readonly attributes: { readonly key: string; readonly value: { readonly stringValue?: string } }[];
    };
    readonly scopeSpans: { readonly spans: { readonly name: string; readonly traceId: string }[] }[];
  }[];
}

/** A collector, which answers with this status. */
async function startCollector(status: number): Promise<{ readonly url: string; readonly got: readonly Exported[] }> {
  const got: Exported[] = [];
  const take = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body = (await json(request)) as Exported;
    if (request.url === "/v1/traces") got.push(body);
    reply.writeHead(status, { "content-type": "application/json" }).end("{}");
  };
  const server = createServer((request, reply) => void take(request, reply));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

function openLog(): { readonly log: ReturnType<typeof createLog>; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (line: unknown, _encoding: string, done: () => void): void => {
    lines.push(String(line));
    done();
  };
  return { log: createLog("info", new Writable({ write })), lines };
}

function settings(environment: Record<string, string>): ReturnType<typeof readConfig> {
  return readConfig({ SIMULATION_MODE: "true", ...environment });
}

describe("traces", () => {
  test("go to the collector that the standard variables name, under the service's name", async () => {
    const { url, got } = await startCollector(200);
    const tracing = await openTracing(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: url }), openLog().log);
    const whole = tracing.begin("connect", Date.now(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    whole.begin("sdp", Date.now()).end(Date.now());
    whole.end(Date.now());
    await tracing.close();
    const [{ resource, scopeSpans } = { resource: { attributes: [] }, scopeSpans: [] }] = got[0]?.resourceSpans ?? [];
    expect(scopeSpans[0]?.spans).toMatchObject([
      { name: "sdp", traceId: "0af7651916cd43dd8448eb211c80319c" },
      { name: "connect", traceId: "0af7651916cd43dd8448eb211c80319c" },
    ]);
    const name = resource.attributes.find(({ key }) => key === "service.name");
    expect(name?.value.stringValue).toBe("interview-sdp-proxy");
  });

  test("that the collector does not take are said to be lost", async () => {
    const { url } = await startCollector(400);
    const { log, lines } = openLog();
    const tracing = await openTracing(settings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces` }), log);
    tracing.begin("connect", Date.now()).end(Date.now());
    await tracing.close();
    expect(lines.join("")).toContain("traces cannot be exported");
  });

  test("are off where nobody says where to, or says that they are", async () => {
    const { log } = openLog();
    expect((await openTracing(settings({}), log)).isOn).toBe(false);
    const disabled = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_SDK_DISABLED: "true" };
    expect((await openTracing(settings(disabled), log)).isOn).toBe(false);
  });

  test("have the variables of the `.env` file too", () => {
    onTestFinished(() => void delete process.env["OTEL_SERVICE_NAME"]);
    lendToOpenTelemetry({ OTEL_SERVICE_NAME: "of-the-file", PORT: "1" });
    expect(process.env["OTEL_SERVICE_NAME"]).toBe("of-the-file");
  });
});
