import { fileURLToPath } from "node:url";
import { ask } from "./load-process.ts";
import { keepOnCore, MEASURED_CORE } from "./one-core.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

const MAIN = new URL("../../fly-interview-hybrid/dist/main.js", import.meta.url);
const PROBE = fileURLToPath(new URL("process-probe.js", import.meta.url));

/** Starts the built proxy on a free loopback port. */
export function startProxy(settings: Record<string, string>): Promise<ServerProcess> {
  return startServerProcess(MAIN, { environment: environmentOf(settings) });
}

/** What a process has used since its start, and the memory it has, in bytes. */
export interface ProcessFigures {
  readonly cpuMs: number;
  readonly rss: number;
  /**
   * Of `rss`, what V8 keeps for objects that may come. Up to 16 MiB of it come and go by how fast the process has allocated in the last
   * seconds, whatever it keeps: two measurements of the same differ by that.
   */
  readonly heapRoom: number;
  readonly heapUsed: number;
  /** Memory of objects that lives outside the heap, such as buffers. */
  readonly external: number;
  /** Longest time for which the event loop stood still since the figures were asked for last, in milliseconds. */
  readonly longestBlockMs: number;
  /** What keeps it busy or waiting, timers included, by kind; asked for with "collect" alone. */
  readonly resources: Readonly<Record<string, number>>;
}

/** A server that tells what it has used. */
export interface MeasuredServer extends ServerProcess {
  /** "collect": after a collection of garbage, which stops the process for a moment. "settle": once its young generation is small as well. */
  figures(when?: "settle" | "collect" | "as it is"): Promise<ProcessFigures>;
}

/** Starts the built proxy in production on a core of its own, with limits that a load test does not meet. */
export async function startMeasuredProxy(settings: Record<string, string>): Promise<MeasuredServer> {
  const proxy = await startLoadedProxy(settings);
  keepOnCore(MEASURED_CORE, proxy.process.pid);
  return proxy;
}

/** The same, on any core. `probes`: further scripts that are loaded before it. */
export async function startLoadedProxy(
  settings: Record<string, string>,
  probes: readonly string[] = [],
): Promise<MeasuredServer> {
  return startProbedServer(MAIN, { environment: environmentOf({ ...PRODUCTION, ...settings }), probes });
}

interface ProbedStart {
  readonly args?: readonly string[];
  readonly environment?: Record<string, string>;
  /** Further scripts that are loaded before it. */
  readonly probes?: readonly string[];
}

/** Starts a script that says its port as the proxy does, on any core. */
export async function startProbedServer(script: URL, start: ProbedStart = {}): Promise<MeasuredServer> {
  const { args = [], environment = {}, probes = [] } = start;
  const nodeOptions = ["--expose-gc", ...[PROBE, ...probes].flatMap((probe) => ["--import", probe])];
  const server = await startServerProcess(script, { arguments: args, nodeOptions, environment });
  return { ...server, figures: (when = "as it is") => ask<ProcessFigures>(server.process, when) };
}

/** The project key of proxies in production. */
export const LOAD_KEY = "not-a-key";

const PRODUCTION = {
  NODE_ENV: "production",
  OPENAI_API_KEY: LOAD_KEY,
  MAX_SESSIONS: "10000",
  MAX_SESSIONS_PER_PERSON: "10000",
  MAX_CONNECTIONS: "10000",
  IDLE_SECONDS: "600",
  CONNECTIONS_PER_MINUTE: "100000",
  OFFERS_PER_MINUTE: "100000",
  CALLS_PER_MINUTE: "100000",
};

function environmentOf(settings: Record<string, string>): Record<string, string> {
  return { PORT: "0", HOST: "127.0.0.1", ...settings };
}
