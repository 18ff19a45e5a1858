// Time from the start of the built proxy's process until it answers /readyz, beside two controls in the same rounds; and the
// memory it has then, and with sessions.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { ask } from "../processes/load-process.ts";
import { mintToken, SECRET } from "../processes/load-token.ts";
import { type ProcessFigures, startLoadedProxy, startProxy } from "../processes/proxy-process.ts";
import { type ServerProcess, startServerProcess } from "../processes/server-process.ts";
import { rounded, summarise } from "../report/summary.ts";
import { SupervisedCaller } from "../supervision/supervised-caller.ts";
import { inBatches } from "../supervision/supervised-load.ts";

const ROUNDS = 10;
const SESSIONS = 1000;
/** What a start leaves behind is collected by then, in milliseconds. */
const IDLE_AFTER_MS = 3000;
const MIB = 1024 * 1024;
const HELLO_SERVER = new URL("../processes/hello-server.js", import.meta.url);

const folder = await mkdtemp(join(tmpdir(), "start-time-"));
// Takes the requests that warm the proxy's connections, so that none leaves this machine.
const upstream = createServer((_request, response) => response.writeHead(404).end()).listen(0, "127.0.0.1");
await once(upstream, "listening");
try {
  const { port } = upstream.address() as AddressInfo;
  const proxy = (database: string) => () =>
    startProxy({
      NODE_ENV: "production",
      OPENAI_API_KEY: "not-a-key",
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      JWT_SECRET: SECRET,
      DATABASE_URL: `file:${join(folder, database)}`,
    });
  const hello = () => startServerProcess(HELLO_SERVER);

  // One round unmeasured: it fills the file cache and loads this process's own HTTP client.
  await timeToReady(proxy("warm-up.db"));
  await timeToReady(hello);
  await timeOfEmptyScript();

  const times = { proxy: [] as number[], helloServer: [] as number[], emptyScript: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.proxy.push(await timeToReady(proxy(`${round}.db`)));
    times.helloServer.push(await timeToReady(hello));
    times.emptyScript.push(await timeOfEmptyScript());
  }
  const [own, control] = [summarise(times.proxy), summarise(times.helloServer)];
  const emptyScript = summarise(times.emptyScript);
  const overHelloServer = rounded(own.medianMs / control.medianMs);
  const resident = {
    helloServer: await residentOfHelloServer(),
    proxy: await residentOfProxy(`http://127.0.0.1:${port}/v1`),
  };
  console.log(
    JSON.stringify({
      rounds: ROUNDS,
      proxy: own,
      helloServer: control,
      emptyScript,
      overHelloServer,
      sessions: SESSIONS,
      residentMiB: { helloServerIdle: resident.helloServer, ...resident.proxy },
      raw: times,
    }),
  );
} finally {
  upstream.close();
  upstream.closeAllConnections();
  await rm(folder, { recursive: true });
}

async function timeToReady(start: () => Promise<ServerProcess>): Promise<number> {
  const began = performance.now();
  const server = await start();
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}/readyz`);
    await response.arrayBuffer();
    const took = performance.now() - began;
    if (!response.ok) throw new Error(`/readyz answered ${response.status} after the ready line.`);
    return took;
  } finally {
    await server.stop();
  }
}

/** Idle, and with sessions that have a client each and no call. */
async function residentOfProxy(
  voiceService: string,
): Promise<{ readonly idle: number; readonly withSessions: number }> {
  const proxy = await startLoadedProxy({
    OPENAI_BASE_URL: voiceService,
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "resident.db")}`,
  });
  const callers: SupervisedCaller[] = [];
  try {
    await pause(IDLE_AFTER_MS);
    const idle = await proxy.figures();
    const token = await mintToken();
    await inBatches(SESSIONS, async (index) => {
      callers[index] = await SupervisedCaller.open(proxy.port, token, index);
    });
    await pause(IDLE_AFTER_MS);
    const withSessions = await proxy.figures();
    return { idle: Math.round(idle.rss / MIB), withSessions: Math.round(withSessions.rss / MIB) };
  } finally {
    for (const caller of callers) caller.close();
    await proxy.stop();
  }
}

async function residentOfHelloServer(): Promise<number> {
  const probe = new URL("../processes/process-probe.js", import.meta.url).pathname;
  const server = await startServerProcess(HELLO_SERVER, { nodeOptions: ["--expose-gc", "--import", probe] });
  try {
    await pause(IDLE_AFTER_MS);
    const { rss } = await ask<ProcessFigures>(server.process, "as it is");
    return Math.round(rss / MIB);
  } finally {
    await server.stop();
  }
}

async function timeOfEmptyScript(): Promise<number> {
  const began = performance.now();
  await promisify(execFile)(process.execPath, ["-e", ""]);
  return performance.now() - began;
}
