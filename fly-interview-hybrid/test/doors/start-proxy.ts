import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import { type JWTPayload, SignJWT } from "jose";
import { type Simulator, type SimulatorOptions, startSimulator } from "openai-voice-simulator";
import { onTestFinished } from "vitest";
import type { ClientOptions } from "ws";
import { type App, buildApp } from "../../src/app.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import { openTelemetry } from "../../src/ops/open-telemetry.ts";
import { saidIn } from "./said-by-simulator.ts";
import { LOG_LINE, OutputScan, SECRETS } from "./secrets.ts";
import { SocketClient } from "./socket-client.ts";
import { VOICE_API } from "./voice-api.ts";

export interface ProxyUnderTest {
  readonly app: App;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** What stands for OpenAI. */
  readonly simulator: Simulator;
  /** Lines of the log so far. */
  readonly logLines: readonly string[];
  readonly scan: OutputScan;
  /** Opens a socket; `path` may carry a query. */
  connect(path?: string, protocols?: string[], options?: ClientOptions): SocketClient;
  /** Opens a socket as a person, by a token in the subprotocol. */
  connectAs(person: string, options?: ClientOptions): Promise<SocketClient>;
  fetch(
    path: string,
    init?: RequestInit,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string; readonly json: unknown }>;
  close(): Promise<void>;
}

export interface ProxyTestOptions {
  readonly settings?: Record<string, string>;
  readonly clock?: Clock;
  readonly simulator?: SimulatorOptions;
  /** One that outlives the proxy, in place of one of its own. */
  readonly provider?: Simulator;
  /** Puts something between the proxy and the simulator; gets the simulator's base URL and returns its own. */
  readonly between?: (baseUrl: string) => Promise<string>;
  /** Where traces go; nowhere without it. */
  readonly tracesTo?: SpanExporter;
}

/**
 * A whole proxy on a free loopback port, with a simulator of its own in place of OpenAI. It is closed when the test is
 * over, and everything that left it is scanned for its secrets.
 */
export async function startProxy(options: ProxyTestOptions = {}): Promise<ProxyUnderTest> {
  const scan = new OutputScan();
  const logLines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const line = chunk.toString("utf8");
      logLines.push(line);
      scan.add(LOG_LINE, line);
      done();
    },
  });
  const simulator = options.provider ?? (await startTestSimulator(options.simulator));
  const config = readConfig({
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "trace",
    OPENAI_API_KEY: SECRETS.key,
    SIDEBAND_API_KEY: SECRETS.sidebandKey,
    OPENAI_BASE_URL: (await options.between?.(simulator.baseUrl)) ?? simulator.baseUrl,
    INTERVIEW_INSTRUCTIONS: SECRETS.instructions,
    JWT_SECRET: SECRETS.jwtSecret,
    DATABASE_URL: "file::memory:",
    CONNECTIONS_PER_MINUTE: "10000",
    VOICE_API,
    ...options.settings,
  });
  const log = createLog(config.LOG_LEVEL, destination);
  const app = await buildApp({
    config,
    log,
    ...(options.tracesTo === undefined ? {} : { tracing: openTelemetry(log, options.tracesTo) }),
    clock: options.clock ?? systemClock,
    fetch,
    startSimulator,
  });
  const port = await app.listen();
  const url = `http://127.0.0.1:${port}`;
  const clients: SocketClient[] = [];

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    for (const client of clients) client.close();
    await app.close();
    if (options.provider === undefined) await simulator.close();
    // Shorter ones are words that a log line may hold by chance.
    scan.assertClean(
      simulator
        .calls()
        .flatMap((call) => saidIn(call).flatMap(([, , text]) => (text !== null && text.length > 12 ? [text] : []))),
    );
  };

  const proxy: ProxyUnderTest = {
    app,
    url,
    simulator,
    logLines,
    scan,
    connect(path = "/", protocols = [], clientOptions = {}) {
      const onText = (text: string): void => scan.add("a frame", text);
      const client = new SocketClient(`ws://127.0.0.1:${port}${path}`, onText, protocols, clientOptions);
      clients.push(client);
      return client;
    },
    connectAs: async (person, clientOptions) => proxy.connect("/", ["bearer", await tokenFor(person)], clientOptions),
    async fetch(path, init) {
      const response = await fetch(url + path, init);
      const text = await response.text();
      scan.add("an HTTP response", text + JSON.stringify([...response.headers]));
      return { status: response.status, headers: response.headers, text, json: readJson(text) };
    },
    close: () => (closing ??= close()),
  };
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A simulator that knows the keys of the proxies under test. */
export function startTestSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ apiKeys: [SECRETS.key, SECRETS.sidebandKey], ...options });
}

/** A token of the tests' own issuer, for ten minutes unless `exp` of the claims says otherwise. */
export function tokenFor(person: string, claims: JWTPayload = {}): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(person)
    .setExpirationTime(claims.exp ?? "10m")
    .sign(new TextEncoder().encode(SECRETS.jwtSecret));
}

/** A single-use token that a URL may carry. */
export function ticketFor(person: string): Promise<string> {
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(person)
    .setIssuedAt()
    .setExpirationTime("60s")
    .sign(new TextEncoder().encode(SECRETS.jwtSecret));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
