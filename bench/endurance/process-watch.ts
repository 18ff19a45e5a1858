import { readdir, readlink } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { MeasuredServer } from "../processes/proxy-process.ts";

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

/** More than before anything, for each kind: warm connections to the voice service, and timers that run on. */
const ALLOWED_LEFT = 10;

const LOOK_EVERY_MS = 5000;

/** What a process holds once it has let go of what it held for a while, or when the time is over. */
export async function settledHolding(
  proxy: MeasuredServer,
  base: Holding,
  minute: () => number,
  withinMs: number,
): Promise<Holding> {
  for (const givenUpAt = performance.now() + withinMs; ; ) {
    const left = await holdingOf(proxy, minute());
    if (leftBehind(base, left).length === 0 || performance.now() > givenUpAt) return left;
    await pause(LOOK_EVERY_MS);
  }
}

/** Of what a process holds more than it did before anything, in words. */
export function leftBehind(base: Holding, left: Holding): readonly string[] {
  return [
    ...growthByKind(base.descriptors, left.descriptors).map((text) => `descriptors: ${text}`),
    ...growthByKind(base.resources, left.resources).map((text) => `resources: ${text}`),
  ];
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

function growthByKind(before: Holding["descriptors"], after: Holding["descriptors"]): readonly string[] {
  return Object.entries(after).flatMap(([kind, count]) =>
    count - (before[kind] ?? 0) > ALLOWED_LEFT ? [`${kind} went from ${before[kind] ?? 0} to ${count}`] : [],
  );
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
