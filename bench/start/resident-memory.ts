import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { mintToken, SECRET } from "../processes/load-token.ts";
import { type MeasuredServer, startLoadedProxy, startProbedServer } from "../processes/proxy-process.ts";
import { medianOf, rounded } from "../report/summary.ts";
import { SupervisedCaller } from "../supervision/supervised-caller.ts";
import { inBatches } from "../supervision/supervised-load.ts";

/** Whose memory is measured, of each kind: in one of some, an arena in which a thread compiled keeps ten MiB for good. */
const PROCESSES = 7;
/** A start is over by then, in milliseconds. */
const SETTLE_MS = 3000;
const MIB = 1024 * 1024;

/** Of each process that waits, in MiB. */
export interface IdleMemory {
  /** Three seconds after the start: what a start takes for a while may be given back, or not yet. */
  readonly afterStartMiB: readonly number[];
  /** Once Node has collected garbage and made the heap's young generation small, as it does by itself within half a minute. */
  readonly idleMiB: readonly number[];
}

/** Starts several processes, and measures them while they wait beside each other. */
export async function idleMemoryOf(start: (index: number) => Promise<MeasuredServer>): Promise<IdleMemory> {
  const servers: MeasuredServer[] = [];
  try {
    for (let index = 0; index < PROCESSES; index += 1) servers.push(await start(index));
    await pause(SETTLE_MS);
    const afterStartMiB = await Promise.all(servers.map((server) => residentMiB(server, "as it is")));
    return { afterStartMiB, idleMiB: await Promise.all(servers.map((server) => residentMiB(server, "settle"))) };
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Starts the smallest server on the proxy's framework. */
export function startHelloServer(): Promise<MeasuredServer> {
  return startProbedServer(new URL("../processes/hello-server.js", import.meta.url));
}

/** Starts a proxy with its records in a folder. */
export function startIdleProxy(folder: string, name: string, voiceService: string): Promise<MeasuredServer> {
  return startLoadedProxy({
    OPENAI_BASE_URL: voiceService,
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, `${name}.db`)}`,
  });
}

/** What a proxy has with so many sessions that have a client each and no call, in MiB. */
export async function memoryWithSessions(proxy: MeasuredServer, sessions: number): Promise<number> {
  const callers: SupervisedCaller[] = [];
  try {
    const token = await mintToken();
    await inBatches(sessions, async (index) => {
      callers[index] = await SupervisedCaller.open(proxy.port, token, index);
    });
    await pause(SETTLE_MS);
    return await residentMiB(proxy, "settle");
  } finally {
    for (const caller of callers) caller.close();
    await proxy.stop();
  }
}

/** The middle of several processes. */
export function middleOf(memoryMiB: readonly number[]): number {
  return rounded(medianOf(memoryMiB));
}

async function residentMiB(server: MeasuredServer, when: "as it is" | "settle"): Promise<number> {
  return rounded((await server.figures(when)).rss / MIB);
}
