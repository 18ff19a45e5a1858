import { readdir, readlink } from "node:fs/promises";
import type { MeasuredServer } from "../proxy-process.ts";

/** What a process holds at one moment. */
export interface Holding {
  readonly minute: number;
  /** After a collection of garbage, memory of objects outside the heap included. */
  readonly heapMiB: number;
  readonly rssMiB: number;
  /** Open descriptors by kind. */
  readonly descriptors: Readonly<Record<string, number>>;
  /** By the names of Node: timers, sockets and requests that are under way. */
  readonly resources: Readonly<Record<string, number>>;
  /** Longest stand-still of its event loop since the sample before; the collection of garbage makes one itself. */
  readonly longestBlockMs: number;
  readonly cpuMs: number;
}

const MIB = 1024 * 1024;

export async function holdingOf(proxy: MeasuredServer, minute: number): Promise<Holding> {
  const { heapUsed, external, rss, resources, longestBlockMs, cpuMs } = await proxy.figures("collect");
  return {
    minute,
    heapMiB: rounded((heapUsed + external) / MIB),
    rssMiB: rounded(rss / MIB),
    descriptors: await descriptorsOf(proxy.process.pid ?? 0),
    resources,
    longestBlockMs: Math.round(longestBlockMs),
    cpuMs: Math.round(cpuMs),
  };
}

/** Those of a process by kind, such as `socket`, `anon_inode:[eventpoll]` or `file`. Of Linux only; elsewhere there are none. */
async function descriptorsOf(pid: number): Promise<Readonly<Record<string, number>>> {
  const folder = `/proc/${pid}/fd`;
  const counts: Record<string, number> = {};
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${name}`).catch(() => undefined);
    if (target === undefined) continue;
    const kind = target.startsWith("/") ? "file" : target.replace(/:?\[?\d+\]?$/, "");
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** How many there are of all kinds. */
export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** For each kind by how much the later count is higher, where it is higher by more than `allowed`. */
export function growthByKind(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  allowed: number,
): readonly string[] {
  return Object.entries(after).flatMap(([kind, count]) =>
    count - (before[kind] ?? 0) > allowed ? [`${kind} went from ${before[kind] ?? 0} to ${count}`] : [],
  );
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
