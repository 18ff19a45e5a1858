import { randomBytes } from "node:crypto";
import type { Simulator, SimulatorOptions } from "openai-voice-simulator";
import { SIMULATION_TENANT } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { type Config, needsSimulator } from "../config/config.ts";
import type { ApiOptions } from "./openai/api.ts";
import { openLiveUpstream } from "./openai-live/upstream.ts";
import { openRealtimeUpstream } from "./openai-realtime/upstream.ts";
import type { Upstream } from "./upstream.ts";

/** The names under which calls are kept in the records: of the service and of the simulator, by the API. */
const NAMES = {
  realtime: { real: "openai-realtime", simulated: "simulator" },
  live: { real: "openai-live", simulated: "simulator-live" },
} as const;

type VoiceApi = keyof typeof NAMES;

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
  const open = (api: VoiceApi, kind: "real" | "simulated", server: Server): Upstream => {
    const options = {
      ...server,
      connectTimeoutMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
      createTimeoutMs: config.UPSTREAM_TOTAL_TIMEOUT_MS + config.UPSTREAM_LATE_READ_MS,
      callCreation: config.CALL_CREATION,
      delegationModel: config.LIVE_DELEGATION_MODEL,
      leavesOut: config.LIVE_LEAVES_OUT ?? [],
    };
    const openUpstream = api === "live" ? openLiveUpstream : openRealtimeUpstream;
    return openUpstream(NAMES[api][kind], options, clock);
  };

  const simulatorKey = `sk-simulator-${randomBytes(16).toString("hex")}`;
  const bounds = config.SIMULATION_MODE ? {} : { maxCalls: MAX_SIMULATED_CALLS_BESIDE_REAL };
  const simulator = needsSimulator(config) ? await startSimulator({ apiKeys: [simulatorKey], ...bounds }) : undefined;
  const servers = { real: realServerOf(config), simulated: simulator && simulatedServer(simulator, simulatorKey) };

  const opened = new Map<string, Upstream>();
  /** The other API is opened only where there are calls of it, from before VOICE_API was changed. */
  const upstreamOf = (api: VoiceApi, kind: "real" | "simulated"): Upstream | undefined => {
    const name = NAMES[api][kind];
    const server = servers[kind];
    if (server !== undefined && !opened.has(name)) opened.set(name, open(api, kind, server));
    return opened.get(name);
  };
  const simulated = upstreamOf(config.VOICE_API, "simulated");
  const real = upstreamOf(config.VOICE_API, "real");

  return {
    simulatorUrl: simulator?.baseUrl,
    forTenant(tenant) {
      const upstream = tenant === SIMULATION_TENANT ? simulated : (real ?? simulated);
      if (upstream === undefined) throw new Error("The settings name no provider for this tenant.");
      return upstream;
    },
    named(name) {
      for (const api of ["realtime", "live"] as const)
        for (const kind of ["real", "simulated"] as const) if (NAMES[api][kind] === name) return upstreamOf(api, kind);
      return undefined;
    },
    async close() {
      await Promise.all([...opened.values()].map((upstream) => upstream.close()));
      await simulator?.close();
    },
  };
}

/** Where an API is, and the keys for it. */
type Server = Pick<ApiOptions, "baseUrl" | "apiKey" | "keyHeader"> & { readonly sidebandApiKey: string };

function realServerOf(config: Config): Server | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, UPSTREAM_AUTH: keyHeader } = config;
  if (config.SIMULATION_MODE || apiKey === undefined) return undefined;
  return { baseUrl, apiKey, keyHeader, sidebandApiKey: config.SIDEBAND_API_KEY ?? apiKey };
}

function simulatedServer({ baseUrl }: Simulator, apiKey: string): Server {
  return { baseUrl, apiKey, keyHeader: "bearer", sidebandApiKey: apiKey };
}
