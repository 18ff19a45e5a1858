// Time from the start of the built proxy's process until it answers /readyz, beside two controls in the same rounds.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startProxy } from "./proxy-process.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { rounded, summarise } from "./summary.ts";

const ROUNDS = 10;
const HELLO_SERVER = new URL("./hello-server.js", import.meta.url);

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
      JWT_SECRET: "0123456789abcdef0123456789abcdef",
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
  console.log(JSON.stringify({ rounds: ROUNDS, proxy: own, helloServer: control, emptyScript, overHelloServer }));
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
