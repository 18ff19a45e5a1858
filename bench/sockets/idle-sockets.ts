// What an idle WebSocket costs one process: memory each, and the processor time of its heartbeats. The proxy with sockets that are
// signed in and wait, and with a session on each; beside it, one after the other, a bare `ws` and a Socket.IO.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { IdleKind } from "./idle-clients.ts";
import { ask, startLoadProcess } from "../processes/load-process.ts";
import { SECRET } from "../processes/load-token.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { type ProcessFigures, startMeasuredProxy } from "../processes/proxy-process.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { hundredths, rounded } from "../report/summary.ts";

const SOCKETS = Number(process.env.SOCKETS ?? 15_000);
/** Opened and closed before, so that what is made once is made. */
const WARM_UP_SOCKETS = 500;
const HEARTBEAT_SECONDS = 5;
/** Beats that are measured. */
const BEATS = 2;
/** What follows an opening or a close is over by then, in milliseconds. */
const SETTLE_MS = 2000;
const KIB = 1024;

interface Server {
  readonly server: string;
  readonly clients: IdleKind;
  readonly start: (folder: string) => Promise<RunningServer>;
}

interface IdleFigures {
  readonly server: string;
  readonly rssPerSocketKiB: number;
  readonly heapPerSocketKiB: number;
  readonly externalPerSocketKiB: number;
  readonly cpuPercent: number;
  readonly cpuUsPerBeat: number;
}

interface RunningServer {
  readonly port: number;
  readonly figures: () => Promise<ProcessFigures>;
  readonly stop: () => Promise<void>;
}

const servers: readonly Server[] = [
  { server: "bareWs", clients: "bare", start: () => startControl("bare-ws-server.js") },
  { server: "socketIo", clients: "socket.io", start: () => startControl("socket-io-server.js") },
  { server: "proxy", clients: "waiting", start: startProxy },
  { server: "proxyWithSessions", clients: "session", start: startProxy },
];

const found: IdleFigures[] = [];
for (const { server, clients, start } of servers) found.push({ server, ...(await measure(start, clients)) });
const proxyOver = (server: string, figure: "rssPerSocketKiB" | "cpuUsPerBeat") => {
  const of = (name: string) => found.find((one) => one.server === name)?.[figure] ?? Number.NaN;
  return hundredths(of("proxy") / of(server));
};
console.log(
  JSON.stringify({
    sockets: SOCKETS,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    memoryOverBareWs: proxyOver("bareWs", "rssPerSocketKiB"),
    memoryOverSocketIo: proxyOver("socketIo", "rssPerSocketKiB"),
    heartbeatOverBareWs: proxyOver("bareWs", "cpuUsPerBeat"),
    servers: found,
  }),
);

async function measure(start: Server["start"], kind: IdleKind): Promise<Omit<IdleFigures, "server">> {
  const folder = await mkdtemp(join(tmpdir(), "idle-sockets-"));
  const server = await start(folder);
  const clients = await startLoadProcess(new URL("idle-clients.ts", import.meta.url), LOADING_CORE, server.port, kind);
  try {
    await clients.ask(`open ${WARM_UP_SOCKETS}`);
    await clients.ask("close");
    await pause(SETTLE_MS);
    const before = await server.figures();
    await clients.ask(`open ${SOCKETS}`);
    await pause(SETTLE_MS);
    const idle = await server.figures();
    const seconds = BEATS * HEARTBEAT_SECONDS;
    await pause(seconds * 1000);
    const after = await server.figures();
    const open = await clients.ask<number>("count");
    if (open !== SOCKETS) throw new Error(`Of ${SOCKETS} sockets ${open} are open.`);
    const each = (bytes: (figures: ProcessFigures) => number) => rounded((bytes(idle) - bytes(before)) / SOCKETS / KIB);
    return {
      rssPerSocketKiB: each(({ rss }) => rss),
      heapPerSocketKiB: each(({ heapUsed }) => heapUsed),
      externalPerSocketKiB: each(({ external }) => external),
      cpuPercent: rounded((after.cpuMs - idle.cpuMs) / seconds / 10),
      cpuUsPerBeat: rounded(((after.cpuMs - idle.cpuMs) * 1000) / SOCKETS / BEATS),
    };
  } finally {
    await clients.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

async function startProxy(folder: string): Promise<RunningServer> {
  const proxy = await startMeasuredProxy({
    // Nothing is called; connections that wait for it go nowhere.
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    MAX_CONNECTIONS: "20000",
    MAX_SESSIONS: "20000",
    MAX_SESSIONS_PER_PERSON: "20000",
    HEARTBEAT_SECONDS: String(HEARTBEAT_SECONDS),
  });
  return {
    port: proxy.port,
    figures: () => proxy.figures("collect"),
    // Handing over thousands of sessions is no part of this.
    stop: async () => void proxy.process.kill("SIGKILL"),
  };
}

async function startControl(script: string): Promise<RunningServer> {
  const server = await startServerProcess(new URL(script, import.meta.url), {
    arguments: [String(HEARTBEAT_SECONDS)],
    nodeOptions: ["--expose-gc", "--import", new URL("../processes/process-probe.js", import.meta.url).pathname],
  });
  keepOnCore(MEASURED_CORE, server.process.pid);
  return {
    port: server.port,
    figures: () => ask<ProcessFigures>(server.process, "collect"),
    stop: () => server.stop(),
  };
}
