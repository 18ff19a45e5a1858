// Which folder may import which. The rules are the ones docs/architecture.md explains; scripts/check-imports.js runs them.

const proxy = "^fly-interview-hybrid/src";

/** Files that put the proxy together. All other files beside them, such as errors.ts, are open to every folder. */
const composition = "(app|app-metrics|main|run|backup|canary|doctor|mint-token|restore|tenant|verify-transcript)\\.ts$";

/** Folders of the proxy, and the other folders each may import. */
const proxyLayers = {
  config: [],
  sdp: [],
  sockets: [],
  ops: ["config"],
  records: ["config", "ops"],
  coordination: ["ops"],
  tenants: ["config", "ops", "records"],
  upstreams: ["config", "ops", "sockets", "tenants"],
  supervision: ["config", "ops", "upstreams"],
  transcripts: ["config", "ops", "records"],
  webhooks: ["auth", "config", "ops", "records", "tenants"],
  auth: ["config", "coordination", "ops", "records", "tenants"],
  sessions: [
    "auth",
    "config",
    "coordination",
    "ops",
    "records",
    "sdp",
    "supervision",
    "tenants",
    "transcripts",
    "upstreams",
  ],
  canary: ["auth", "config", "sdp", "upstreams"],
  doctor: ["auth", "config", "coordination", "records", "upstreams"],
  doors: ["auth", "config", "coordination", "ops", "sessions", "sockets", "tenants", "transcripts", "webhooks"],
};

/** Packages that only one place may know, so that each can be replaced by changing that place. */
const confinedPackages = {
  "(fastify|@fastify/[^/]+)": ["fly-interview-hybrid/src/(doors/|app\\.ts$)", "packages/simulator/src"],
  ws: ["fly-interview-hybrid/src/(doors|sockets|upstreams|canary)/", "packages/simulator/src"],
  pino: ["fly-interview-hybrid/src/ops"],
  "prom-client": ["fly-interview-hybrid/src/ops"],
  "@opentelemetry/[^/]+": ["fly-interview-hybrid/src/ops/open-telemetry\\.ts"],
  ioredis: ["fly-interview-hybrid/src/coordination/redis"],
  "rate-limiter-flexible": ["fly-interview-hybrid/src/coordination"],
  pg: ["fly-interview-hybrid/src/records/postgres"],
  libsql: ["fly-interview-hybrid/src/records/sqlite"],
  kysely: ["fly-interview-hybrid/src/records"],
  jose: ["fly-interview-hybrid/src/auth", "supabase/functions/_shared"],
  undici: ["fly-interview-hybrid/src/(upstreams|doors/relay|webhooks)/"],
  "sdp-transform": ["packages/simulator/src"],
  "node-datachannel": ["packages/simulator/src", "fly-interview-hybrid/src/canary/", "bench"],
  react: ["packages/react/src", "web/src"],
};

const layerRules = Object.entries(proxyLayers).map(([layer, allowed]) => ({
  name: `proxy-${layer}`,
  comment: `${layer}/ may import only ${allowed.length > 0 ? allowed.join(", ") : "itself"} of the proxy's folders.`,
  severity: "error",
  from: { path: `${proxy}/${layer}/` },
  to: {
    path: `${proxy}/`,
    pathNot: `${proxy}/((${[layer, ...allowed].join("|")})/|(?!${composition})[^/]+\\.ts$)`,
  },
}));

const packageRules = Object.entries(confinedPackages).map(([name, homes]) => ({
  name: `confined-${name}`,
  comment: `Only ${homes.join(" and ")} may import this package.`,
  severity: "error",
  from: { pathNot: [`^(${homes.join("|")})`, "(^|/)(test|e2e|bench)/"] },
  to: { path: `(^|/)node_modules/(@types/)?${name}/` },
}));

export default {
  forbidden: [
    {
      name: "resolvable",
      comment: "An import that does not resolve escapes every other rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "protocol-stands-alone",
      severity: "error",
      from: { path: "^packages/protocol/src/" },
      to: { path: "^(packages|fly-interview-hybrid|web)/", pathNot: "^packages/protocol/" },
    },
    {
      name: "client-knows-only-protocol",
      severity: "error",
      from: { path: "^packages/client/src/" },
      to: { path: "^(packages|fly-interview-hybrid|web)/", pathNot: "^packages/(client|protocol)/" },
    },
    {
      name: "react-knows-only-client-and-protocol",
      severity: "error",
      from: { path: "^packages/react/src/" },
      to: { path: "^(packages|fly-interview-hybrid|web)/", pathNot: "^packages/(react|client|protocol)/" },
    },
    {
      name: "simulator-stands-alone",
      comment: "The simulator is a package of its own: it imports none of ours.",
      severity: "error",
      from: { path: "^packages/simulator/(src|bin)/" },
      to: { path: "^(packages|fly-interview-hybrid|web)/", pathNot: "^packages/simulator/" },
    },
    {
      name: "page-has-no-server-code",
      severity: "error",
      from: { path: "^web/" },
      to: { path: "^(packages/simulator|fly-interview-hybrid)/" },
    },
    {
      name: "proxy-knows-only-protocol",
      comment: "That the simulator is only loaded lazily is checked by scripts/check-imports.js.",
      severity: "error",
      from: { path: `${proxy}/` },
      to: { path: "^packages/", pathNot: "^packages/(protocol|simulator)/" },
    },
    {
      name: "supabase-knows-only-protocol",
      comment: "Its functions run elsewhere, and meet the proxy over the wire alone.",
      severity: "error",
      from: { path: "^supabase/" },
      to: { path: "^(packages|fly-interview-hybrid|web)/", pathNot: "^packages/protocol/" },
    },
    {
      name: "nothing-imports-the-leaves",
      severity: "error",
      from: { pathNot: "^(web|e2e|bench|fly-interview-hybrid|supabase)/" },
      to: { path: "^(web|e2e|bench|fly-interview-hybrid|supabase)/" },
    },
    {
      name: "siblings-of-an-adapter",
      comment: "An adapter never imports its sibling; what SQL backends share, or the APIs of OpenAI, is none.",
      severity: "error",
      from: { path: `${proxy}/(upstreams|records|coordination)/([^/]+)/` },
      to: { path: `${proxy}/$1/[^/]+/`, pathNot: `${proxy}/$1/($2|sql|openai)/` },
    },
    {
      name: "adapters-are-named-once",
      comment: "Only app.ts, or the registry beside an adapter, names it; all others use the port.",
      severity: "error",
      from: {
        path: `${proxy}/`,
        pathNot: `${proxy}/(app\\.ts|[^/]+/registry\\.ts|(upstreams|records|coordination)/[^/]+/)`,
      },
      to: { path: `${proxy}/(upstreams|records|coordination)/[^/]+/` },
    },
    ...layerRules,
    ...packageRules,
  ],
  options: {
    // TypeScript 7 has no JavaScript API, so that dependency-cruiser must read sources with swc.
    parser: "swc",
    exclude: { path: "(^|/)dist/" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["source", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".js"],
    },
  },
};
