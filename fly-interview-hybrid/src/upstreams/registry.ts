import { randomBytes } from "node:crypto";
import type { Simulator, SimulatorOptions } from "openai-voice-simulator";
import { SIMULATION_TENANT } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { type Config, needsSimulator } from "../config/config.ts";
import { openRealtimeUpstream } from "./openai-realtime/upstream.ts";
import type { Upstream } from "./upstream.ts";

/** The names under which calls are kept in the records. */
const REAL = "openai-realtime";
const SIMULATED = "simulator";

/** Beside paid interviews, visitors who need no token get no more than this of the process. */
const MAX_SIMULATED_CALLS_BESIDE_REAL = 20;

export interface Upstreams {
  /** The provider of a tenant's calls. */
  readonly forTenant: (tenant: string) => Upstream;
  /** The provider of a call of the records; `undefined` where the settings name it no more. */
  readonly named: (name: string) => Upstream | undefined;
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
  const open = (name: string, baseUrl: string, apiKey: string, sidebandApiKey = apiKey): Upstream =>
    openRealtimeUpstream(
      name,
      {
        baseUrl,
        apiKey,
        sidebandApiKey,
        connectTimeoutMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
        createTimeoutMs: config.UPSTREAM_TOTAL_TIMEOUT_MS + config.UPSTREAM_LATE_READ_MS,
      },
      clock,
    );

  const simulatorKey = `sk-simulator-${randomBytes(16).toString("hex")}`;
  const bounds = config.SIMULATION_MODE ? {} : { maxCalls: MAX_SIMULATED_CALLS_BESIDE_REAL };
  const simulator = needsSimulator(config) ? await startSimulator({ apiKeys: [simulatorKey], ...bounds }) : undefined;
  const simulated = simulator === undefined ? undefined : open(SIMULATED, simulator.baseUrl, simulatorKey);
  const isReal = !config.SIMULATION_MODE && config.OPENAI_API_KEY !== undefined;
  const real = isReal ? open(REAL, config.OPENAI_BASE_URL, config.OPENAI_API_KEY, config.SIDEBAND_API_KEY) : undefined;

  return {
    simulatorUrl: simulator?.baseUrl,
    forTenant(tenant) {
      const upstream = tenant === SIMULATION_TENANT ? simulated : (real ?? simulated);
      if (upstream === undefined) throw new Error("The settings name no provider for this tenant.");
      return upstream;
    },
    named: (name) => [simulated, real].find((upstream) => upstream?.name === name),
    async close() {
      await Promise.all([simulated?.close(), real?.close()]);
      await simulator?.close();
    },
  };
}
