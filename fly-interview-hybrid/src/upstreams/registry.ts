import { randomBytes } from "node:crypto";
import type { Simulator, SimulatorOptions } from "openai-voice-simulator";
import type { Clock } from "../clock.ts";
import { type Config, needsSimulator } from "../config/config.ts";
import { SIMULATION_TENANT } from "../tenant-ids.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { UpstreamContacts } from "../ops/upstream-contacts.ts";
import type { OwnServer } from "../tenants/stored-tenant.ts";
import type { Tenant, TenantOf } from "../tenants/tenant.ts";
import type { ApiOptions } from "./openai/api.ts";
import { openLiveUpstream } from "./openai-live/upstream.ts";
import { openRealtimeUpstream } from "./openai-realtime/upstream.ts";
import { observedUpstream } from "./observed-upstream.ts";
import { UPSTREAM_NAMES as NAMES } from "../upstream-names.ts";
import { tenantUpstream } from "./tenant-upstream.ts";
import { UpstreamPool } from "./upstream-pool.ts";
import type { Upstream } from "./upstream.ts";

export { askForModels, type ModelsReply } from "./openai/models.ts";

type VoiceApi = keyof typeof NAMES;

/** Beside paid interviews, visitors who need no token get no more than this of the process. */
const MAX_SIMULATED_CALLS_BESIDE_REAL = 20;

export interface Upstreams {
  /** The provider of a tenant's calls. */
  readonly forTenant: (tenant: string) => Upstream;
  /** The provider of a tenant's call of the records; `undefined` where the settings name it no more. */
  readonly named: (name: string, tenant: string) => Upstream | undefined;
  /** Base URL of the simulator, where one runs. */
  readonly simulatorUrl: string | undefined;
  close(): Promise<void>;
}

export interface UpstreamsNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly startSimulator: (options: SimulatorOptions) => Promise<Simulator>;
  /** Without it there is only the default tenant. */
  readonly tenantOf?: TenantOf;
  /** Counts what is asked for, and hears whether servers can be reached. */
  readonly observation?: { readonly metrics: Metrics; readonly contacts: UpstreamContacts };
}

/**
 * Opens the providers that the settings name. Simulation is a base URL: the simulator is started on a loopback port and
 * spoken to as the real service is. The simulation tenant never reaches anything else. A tenant with a key of its own has an
 * upstream of its own.
 */
export async function openUpstreams({
  config,
  clock,
  startSimulator,
  tenantOf,
  observation,
}: UpstreamsNeeds): Promise<Upstreams> {
  const open = (api: VoiceApi, kind: "real" | "simulated", server: Server): Upstream => {
    const name = NAMES[api][kind];
    const options = {
      ...server,
      ...(observation === undefined ? {} : { contacts: observation.contacts.watch(name) }),
      connectTimeoutMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
      createTimeoutMs: config.UPSTREAM_TOTAL_TIMEOUT_MS + config.UPSTREAM_LATE_READ_MS,
      callCreation: config.CALL_CREATION,
      delegationModel: config.LIVE_DELEGATION_MODEL,
      leavesOut: config.LIVE_LEAVES_OUT ?? [],
    };
    const openUpstream = api === "live" ? openLiveUpstream : openRealtimeUpstream;
    const upstream = openUpstream(name, options, clock);
    // OpenAI documents no such header, so that it is told of traces only where the settings say so.
    const tellsTraces = kind === "simulated" || config.TRACE_UPSTREAM;
    return observation === undefined ? upstream : observedUpstream(upstream, { ...observation, tellsTraces });
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

  const pools = {
    realtime: new UpstreamPool((server: Server) => open("realtime", "real", server), clock),
    live: new UpstreamPool((server: Server) => open("live", "real", server), clock),
  };
  const ofTenants = new Map<string, Upstream>();
  /** The upstream of a tenant's own, where it has or had one. */
  const ownUpstream = (id: string, api: VoiceApi): Upstream | undefined => {
    if (tenantOf === undefined || config.SIMULATION_MODE || serversOf(tenantOf(id), servers.real) === undefined)
      return undefined;
    const key = `${api} ${id}`;
    const known = ofTenants.get(key);
    if (known !== undefined) return known;
    // Whoever has it keeps it although the tenant's settings change, and gets what they say at that moment.
    let last: Servers | undefined;
    const current = (): Servers => {
      last = serversOf(tenantOf(id), servers.real) ?? (servers.real === undefined ? last : [servers.real]);
      if (last === undefined) throw new Error("The tenant has no voice service.");
      return last;
    };
    const upstream = tenantUpstream(current, pools[api]);
    ofTenants.set(key, upstream);
    return upstream;
  };

  return {
    simulatorUrl: simulator?.baseUrl,
    forTenant(tenant) {
      if (tenant !== SIMULATION_TENANT) {
        const own = ownUpstream(tenant, config.VOICE_API);
        if (own !== undefined) return own;
      }
      const upstream = tenant === SIMULATION_TENANT ? simulated : (real ?? simulated);
      if (upstream === undefined) throw new Error("The settings name no provider for this tenant.");
      return upstream;
    },
    named(name, tenant) {
      for (const api of ["realtime", "live"] as const) {
        if (NAMES[api].real === name) return ownUpstream(tenant, api) ?? upstreamOf(api, "real");
        if (NAMES[api].simulated === name) return upstreamOf(api, "simulated");
      }
      return undefined;
    },
    async close() {
      await Promise.all([...opened.values()].map((upstream) => upstream.close()));
      await Promise.all([pools.realtime.close(), pools.live.close()]);
      await simulator?.close();
    },
  };
}

/** Where an API is, and the keys for it. */
type Server = Pick<ApiOptions, "baseUrl" | "apiKey" | "keyHeader" | "accountHeaders"> & {
  readonly sidebandApiKey: string;
  readonly marksKey?: string | undefined;
};
type Servers = readonly [Server, ...Server[]];

/** Where a tenant's calls are made, and then where they were made before; `undefined`: where all others' are. */
function serversOf({ server, formerServer, config }: Tenant, real: Server | undefined): Servers | undefined {
  if (server === undefined && formerServer === undefined) return undefined;
  const [own, former] = [server, formerServer].map((one) => one && toServer(one, config));
  const [first, ...others] = new Set([own ?? real, former, real].flatMap((one) => one ?? []));
  return first === undefined ? undefined : [first, ...others];
}

/** What marks our words does not change with the key. */
function toServer(
  { baseUrl, apiKey, sidebandApiKey, upstreamAuth, organization, project }: OwnServer,
  { SAFETY_IDENTIFIER_KEY: marksKey }: Config,
): Server {
  const accountHeaders = {
    ...(organization === undefined ? {} : { "openai-organization": organization }),
    ...(project === undefined ? {} : { "openai-project": project }),
  };
  const keys = { apiKey, sidebandApiKey: sidebandApiKey ?? apiKey, keyHeader: upstreamAuth };
  return { baseUrl, ...keys, accountHeaders, marksKey };
}

function realServerOf(config: Config): Server | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, UPSTREAM_AUTH: keyHeader } = config;
  if (config.SIMULATION_MODE || apiKey === undefined) return undefined;
  return { baseUrl, apiKey, keyHeader, sidebandApiKey: config.SIDEBAND_API_KEY ?? apiKey };
}

function simulatedServer({ baseUrl }: Simulator, apiKey: string): Server {
  return { baseUrl, apiKey, keyHeader: "bearer", sidebandApiKey: apiKey };
}
