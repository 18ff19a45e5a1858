// Time from the start of the built proxy's process until it answers /readyz, beside two controls in the same rounds; and the
// memory of processes that have started, and of one with sessions.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SECRET } from "../processes/load-token.ts";
import { startProxy } from "../processes/proxy-process.ts";
import { type ServerProcess, startServerProcess } from "../processes/server-process.ts";
import { hundredths, medianRatio, summarise } from "../report/summary.ts";
import { idleMemoryOf, memoryWithSessions, middleOf, startHelloServer, startIdleProxy } from "./resident-memory.ts";

const ROUNDS = 10;
const SESSIONS = 1000;
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
  const overHelloServer = medianRatio(times.proxy, times.helloServer);
  const startIdle = (name: string) => startIdleProxy(folder, name, `http://127.0.0.1:${port}/v1`);
  const helloServers = await idleMemoryOf(startHelloServer);
  const proxies = await idleMemoryOf((index) => startIdle(`idle-${index}`));
  const withSessions = await memoryWithSessions(await startIdle("with-sessions"), SESSIONS);
  const [helloServerIdle, idle] = [middleOf(helloServers.idleMiB), middleOf(proxies.idleMiB)];
  console.log(
    JSON.stringify({
      rounds: ROUNDS,
      proxy: own,
      helloServer: control,
      emptyScript,
      overHelloServer,
      sessions: SESSIONS,
      idleOverHelloServer: hundredths(idle / helloServerIdle),
      residentMiB: {
        helloServerIdle,
        idle,
        withSessions,
        helloServerAfterStart: middleOf(helloServers.afterStartMiB),
        afterStart: middleOf(proxies.afterStartMiB),
      },
      raw: { ...times, helloServers, proxies },
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

async function timeOfEmptyScript(): Promise<number> {
  const began = performance.now();
  await promisify(execFile)(process.execPath, ["-e", ""]);
  return performance.now() - began;
}
