import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { type Simulator, startSimulator } from "openai-voice-simulator";
import { type App, buildApp } from "../../fly-interview-hybrid/src/app.ts";
import { type Clock, systemClock } from "../../fly-interview-hybrid/src/clock.ts";
import { readConfig } from "../../fly-interview-hybrid/src/config/config.ts";
import { createLog } from "../../fly-interview-hybrid/src/ops/log.ts";
import { audioOffer } from "../../fly-interview-hybrid/test/sample-sdp.ts";

/** A proxy with its simulator, in this process, to which things can be done. */
export interface ProxyToBreak {
  /** `127.0.0.1:PORT`; `/metrics` is there. */
  readonly address: string;
  readonly simulator: Simulator;
  /** Moves the proxy's clock, in milliseconds. */
  moveClock(ms: number): void;
  /** One candidate tries to connect; returns the status of the reply. */
  connect(): Promise<number>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** With which its operators sign in. */
export const OPERATOR_TOKEN = "service-token-of-the-local-stack-0123456789";

/** Candidates come faster than any limit has been made for. */
const SETTINGS = {
  NODE_ENV: "test",
  HOST: "127.0.0.1",
  PORT: "0",
  LOG_LEVEL: "silent",
  SIMULATION_MODE: "true",
  SERVICE_TOKEN: OPERATOR_TOKEN,
  DATABASE_URL: "file::memory:",
  CONNECTIONS_PER_MINUTE: "100000",
  OFFERS_PER_MINUTE: "100000",
  CALLS_PER_MINUTE: "100000",
  // Nothing is left of an earlier canary on this machine.
  CANARY_RECORD: "./data/no-canary.json",
};

export async function startProxyToBreak(settings: Readonly<Record<string, string>> = {}): Promise<ProxyToBreak> {
  let offset = 0;
  const clock: Clock = { now: () => systemClock.now() + offset, after: (ms, action) => systemClock.after(ms, action) };
  let simulator: Simulator | undefined;
  const config = readConfig({ ...SETTINGS, ...settings });
  const app: App = await buildApp({
    config,
    log: createLog(config.LOG_LEVEL, new Writable({ write: (_line, _encoding, done) => done() })),
    clock,
    fetch,
    startSimulator: async (options) => (simulator = await startSimulator({ ...options, media: "none" })),
  });
  await app.listen();
  const { port } = app.server.server.address() as AddressInfo;
  const address = `127.0.0.1:${port}`;
  if (simulator === undefined) throw new Error("The proxy has started no simulator.");
  return {
    address,
    simulator,
    moveClock(ms) {
      offset += ms;
    },
    async connect() {
      const reply = await fetch(`http://${address}/api/sdp-exchange?simulation=true`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ sdpOffer: audioOffer }),
      });
      await reply.arrayBuffer();
      return reply.status;
    },
    metrics: async () => (await fetch(`http://${address}/metrics`)).text(),
    close: () => app.close(),
  };
}
