import { randomBytes } from "node:crypto";
import type { Simulator, SimulatorOptions } from "openai-voice-simulator";
import { SIMULATION_TENANT } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { type Config, needsSimulator } from "../config/config.ts";
import { openRealtimeUpstream } from "./openai-realtime/upstream.ts";
import type { Upstream } from "./upstream.ts";

export interface Upstreams {
  /** The provider of a tenant's calls. */
  readonly forTenant: (tenant: string) => Upstream;
  /** Base URL of the simulator, where one runs. */
  readonly simulatorUrl: string | undefined;
  close(): Promise<void>;
}

export interface UpstreamsNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly startSimulator: (options: SimulatorOptions) => Promise<Simulator>;
}

/**
 * Opens the providers that the settings name. Simulation is a base URL: the simulator is started on a loopback port and
 * spoken to as the real service is. The simulation tenant never reaches anything else.
 */
export async function openUpstreams({ config, clock, startSimulator }: UpstreamsNeeds): Promise<Upstreams> {
  const open = (baseUrl: string, apiKey: string): Upstream =>
    openRealtimeUpstream(
      {
        baseUrl,
        apiKey,
        connectTimeoutMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
        replyTimeoutMs: config.UPSTREAM_TOTAL_TIMEOUT_MS + config.UPSTREAM_LATE_READ_MS,
      },
      clock,
    );

  const simulatorKey = `sk-simulator-${randomBytes(16).toString("hex")}`;
  const simulator = needsSimulator(config) ? await startSimulator({ apiKeys: [simulatorKey] }) : undefined;
  const simulated = simulator === undefined ? undefined : open(simulator.baseUrl, simulatorKey);
  const real =
    config.SIMULATION_MODE || config.OPENAI_API_KEY === undefined
      ? undefined
      : open(config.OPENAI_BASE_URL, config.OPENAI_API_KEY);

  return {
    simulatorUrl: simulator?.baseUrl,
    forTenant(tenant) {
      const upstream = tenant === SIMULATION_TENANT ? simulated : (real ?? simulated);
      if (upstream === undefined) throw new Error("The settings name no provider for this tenant.");
      return upstream;
    },
    async close() {
      await Promise.all([simulated?.close(), real?.close()]);
      await simulator?.close();
    },
  };
}
