import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { startRedis } from "../../fly-interview-hybrid/test/servers/redis-server.ts";
import { startRelay } from "../../fly-interview-hybrid/test/servers/relay.ts";
import { type ProxyToBreak, startProxyToBreak } from "./proxy-to-break.ts";

/** A proxy for which one thing can be broken. */
export interface Scene {
  readonly proxy: ProxyToBreak;
  /** Before each candidate while it is broken. */
  readonly beforeConnect?: () => void;
  break(): Promise<void> | void;
  mend(): Promise<void> | void;
  /** Ends the proxy and all that it stood on. */
  close(): Promise<void>;
}

export interface Outage {
  readonly alert: string;
  readonly open: () => Promise<Scene>;
}

const FIVE_MINUTES_MS = 300_000;

/** Room for a few thousand sessions. */
const DISK_BYTES = 64 * 1024 * 1024;

/** Every kind of outage, and the one alert that it raises. */
export const OUTAGES = {
  "upstream-500": {
    alert: "UpstreamDown",
    open: () => voiceService(({ simulator }) => simulator.injectFault({ kind: "http", status: 500 })),
  },
  "key-revoked": {
    alert: "KeyRejected",
    open: () => voiceService(({ simulator }) => simulator.injectFault({ kind: "http", status: 401 })),
  },
  "sideband-refused": {
    alert: "SidebandRefused",
    open: () => voiceService(({ simulator }) => simulator.injectFault({ kind: "sideband_404" })),
  },
  redis: { alert: "RedisAway", open: redisAway },
  postgres: { alert: "RecordsAway", open: postgresAway },
  "disk-full": { alert: "DiskFull", open: diskFull },
  "clock-off": { alert: "ClockOff", open: clockOff },
} as const satisfies Readonly<Record<string, Outage>>;

export type OutageName = keyof typeof OUTAGES;

/** Why an outage cannot be made on this machine; `undefined` where it can. */
export function obstacleTo(name: OutageName): string | undefined {
  if (name !== "disk-full" || process.getuid?.() === 0) return undefined;
  return "a small disk can be mounted by root alone";
}

/** So many candidates connect, one after the other. */
export async function connectMany({ proxy, beforeConnect }: Scene, candidates: number): Promise<void> {
  for (let n = 0; n < candidates; n += 1) {
    beforeConnect?.();
    await proxy.connect();
  }
}

/** A voice service that does wrong by each create. */
async function voiceService(doWrong: (proxy: ProxyToBreak) => void): Promise<Scene> {
  const proxy = await startProxyToBreak();
  let isBroken = false;
  return {
    proxy,
    beforeConnect() {
      if (isBroken) doWrong(proxy);
    },
    break() {
      isBroken = true;
    },
    mend() {
      isBroken = false;
    },
    close: () => proxy.close(),
  };
}

async function redisAway(): Promise<Scene> {
  const redis = await startRedis();
  const relay = await startRelay(redis.socket);
  const proxy = await startProxyToBreak({ REDIS_URL: `redis://127.0.0.1:${relay.port}` });
  return {
    proxy,
    break: () => redis.crash(),
    mend: () => redis.startAgain(),
    async close() {
      await proxy.close();
      await relay.close();
      await redis.stop();
    },
  };
}

async function postgresAway(): Promise<Scene> {
  const postgres = await startPostgres();
  const spool = mkdtempSync(join(tmpdir(), "stack-spool-"));
  const settings = { DATABASE_URL: postgres.urlOf(await postgres.createDatabase()), SPOOL_FOLDER: spool };
  const proxy = await startProxyToBreak(settings);
  return {
    proxy,
    break: () => postgres.crash(),
    mend: () => postgres.startAgain(),
    async close() {
      await proxy.close();
      await postgres.stop();
      rmSync(spool, { recursive: true });
    },
  };
}

/** The records are on a disk of their own, which another file fills to its last byte. */
async function diskFull(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "stack-disk-"));
  run("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder]);
  const filling = join(folder, "filling");
  const proxy = await startProxyToBreak({ DATABASE_URL: `file:${join(folder, "proxy.db")}` });
  return {
    proxy,
    break() {
      for (let bytes = DISK_BYTES; bytes >= 512; bytes /= 2) append(filling, bytes);
    },
    mend: () => rmSync(filling),
    async close() {
      await proxy.close();
      // SQLite may hold its file for a moment longer than the records that were closed.
      run("umount", ["--lazy", folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function clockOff(): Promise<Scene> {
  const proxy = await startProxyToBreak();
  return {
    proxy,
    break: () => proxy.moveClock(FIVE_MINUTES_MS),
    mend: () => proxy.moveClock(-FIVE_MINUTES_MS),
    close: () => proxy.close(),
  };
}

/** As much as there is room for. */
function append(file: string, bytes: number): void {
  try {
    writeFileSync(file, Buffer.alloc(bytes), { flag: "a" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}
