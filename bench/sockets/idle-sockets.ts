// What an idle WebSocket costs one process: memory each, and the processor time of its heartbeats. The proxy with sockets that are
// signed in and wait, and with a session on each; a bare `ws` and a Socket.IO. Their heartbeats are measured in the same seconds.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { IdleKind } from "./idle-clients.ts";
import { type LoadProcess, startLoadProcess } from "../processes/load-process.ts";
import { SECRET } from "../processes/load-token.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import {
  type MeasuredServer,
  type ProcessFigures,
  startMeasuredProxy,
  startProbedServer,
} from "../processes/proxy-process.ts";
import { hundredths, rounded } from "../report/summary.ts";

const SOCKETS = Number(process.env.SOCKETS ?? 15_000);
/** Open already where memory is measured from: what is made once is made, and the heap has its shape. */
const FIRST_SOCKETS = Math.round(SOCKETS / 5);
const HEARTBEAT_SECONDS = 5;
/** Beats that are measured, of all servers at once. */
const BEATS = Number(process.env.BEATS ?? 6);
/** What follows an opening or a close is over by then, in milliseconds. */
const SETTLE_MS = 2000;
const KIB = 1024;

interface Server {
  readonly server: string;
  readonly clients: IdleKind;
  readonly start: (folder: string) => Promise<MeasuredServer>;
}

interface Memory {
  readonly memoryPerSocketKiB: number;
  readonly rssPerSocketKiB: number;
  readonly heapPerSocketKiB: number;
  readonly externalPerSocketKiB: number;
}

interface IdleFigures extends Memory {
  readonly server: string;
  readonly cpuPercent: number;
  readonly cpuUsPerBeat: number;
}

/** A server with all its sockets. */
interface Waiting {
  readonly server: string;
  readonly process: MeasuredServer;
  readonly clients: LoadProcess;
  readonly memory: Memory;
}

const servers: readonly Server[] = [
  { server: "bareWs", clients: "bare", start: () => startControl("bare-ws-server.js") },
  { server: "socketIo", clients: "socket.io", start: () => startControl("socket-io-server.js") },
  { server: "proxy", clients: "waiting", start: startProxy },
  { server: "proxyWithSessions", clients: "session", start: startProxy },
];

const closing: (() => Promise<unknown>)[] = [];
try {
  const waiting: Waiting[] = [];
  for (const server of servers) waiting.push(await fill(server));
  const found = await measureBeats(waiting);
  const proxyOver = (server: string, figure: keyof Memory | "cpuUsPerBeat") => {
    const of = (name: string) => found.find((one) => one.server === name)?.[figure] ?? Number.NaN;
    return hundredths(of("proxy") / of(server));
  };
  console.log(
    JSON.stringify({
      sockets: SOCKETS,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      beats: BEATS,
      memoryOverBareWs: proxyOver("bareWs", "memoryPerSocketKiB"),
      memoryOverSocketIo: proxyOver("socketIo", "memoryPerSocketKiB"),
      heartbeatOverBareWs: proxyOver("bareWs", "cpuUsPerBeat"),
      servers: found,
    }),
  );
} finally {
  for (const close of closing.toReversed()) await close();
}

/** Starts a server, opens its sockets, and measures what they take. */
async function fill({ server, clients: kind, start }: Server): Promise<Waiting> {
  const folder = await mkdtemp(join(tmpdir(), "idle-sockets-"));
  closing.push(() => rm(folder, { recursive: true }));
  const process = await start(folder);
  // Handing over thousands of sessions is no part of this.
  closing.push(async () => process.process.kill("SIGKILL"));
  const clients = await startLoadProcess(new URL("idle-clients.ts", import.meta.url), LOADING_CORE, process.port, kind);
  closing.push(() => clients.stop());
  const openUntil = async (count: number): Promise<ProcessFigures> => {
    await clients.ask(`open ${count - (await clients.ask<number>("count"))}`);
    await pause(SETTLE_MS);
    return process.figures("collect");
  };
  const first = await openUntil(FIRST_SOCKETS);
  const all = await openUntil(SOCKETS);
  console.error(`${SOCKETS} sockets are open at ${server}.`);
  const each = (bytes: (figures: ProcessFigures) => number) =>
    hundredths((bytes(all) - bytes(first)) / (SOCKETS - FIRST_SOCKETS) / KIB);
  return {
    server,
    process,
    clients,
    memory: {
      memoryPerSocketKiB: each(({ rss, heapRoom }) => rss - heapRoom),
      rssPerSocketKiB: each(({ rss }) => rss),
      heapPerSocketKiB: each(({ heapUsed }) => heapUsed),
      externalPerSocketKiB: each(({ external }) => external),
    },
  };
}

/** In the same seconds, because the machine is not as fast in all of them. */
async function measureBeats(waiting: readonly Waiting[]): Promise<readonly IdleFigures[]> {
  const cpuMs = () => Promise.all(waiting.map(async ({ process }) => (await process.figures()).cpuMs));
  const seconds = BEATS * HEARTBEAT_SECONDS;
  const before = await cpuMs();
  await pause(seconds * 1000);
  const after = await cpuMs();
  for (const { server, clients } of waiting) {
    const open = await clients.ask<number>("count");
    if (open !== SOCKETS) throw new Error(`Of ${SOCKETS} sockets at ${server} ${open} are open.`);
  }
  return waiting.map(({ server, memory }, place) => {
    const usedMs = (after[place] ?? Number.NaN) - (before[place] ?? Number.NaN);
    const cpuUsPerBeat = rounded((usedMs * 1000) / SOCKETS / BEATS);
    return { server, ...memory, cpuPercent: rounded(usedMs / seconds / 10), cpuUsPerBeat };
  });
}

function startProxy(folder: string): Promise<MeasuredServer> {
  return startMeasuredProxy({
    // Nothing is called; connections that wait for it go nowhere.
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    MAX_CONNECTIONS: "20000",
    MAX_SESSIONS: "20000",
    MAX_SESSIONS_PER_PERSON: "20000",
    HEARTBEAT_SECONDS: String(HEARTBEAT_SECONDS),
  });
}

async function startControl(script: string): Promise<MeasuredServer> {
  const server = await startProbedServer(new URL(script, import.meta.url), { args: [String(HEARTBEAT_SECONDS)] });
  keepOnCore(MEASURED_CORE, server.process.pid);
  return server;
}
