// Time in Chromium from the click on "Connect" to the first remote audio packet: through the built proxy and its page,
// and, in turn with it, straight to a simulator of the same build.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { fakeSpeechWav } from "./fake-speech.ts";
import { startProxy } from "../processes/proxy-process.ts";
import { type ServerProcess, startServerProcess } from "../processes/server-process.ts";
import { rounded, summarise } from "../report/summary.ts";

const WARM_UPS = 2;
const ROUNDS = 10;
const SIMULATOR = new URL("../../packages/simulator/bin/openai-voice-simulator.js", import.meta.url);

interface ConnectTimes {
  /** From the click to the first remote audio packet. */
  readonly firstAudioMs: number;
  /** From the local description set to the remote one: the exchange alone. */
  readonly exchangeMs: number;
}

const folder = await mkdtemp(join(tmpdir(), "connect-time-"));
const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true })];
try {
  const proxy = await startProxy({
    SIMULATION_MODE: "true",
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    CALLS_PER_MINUTE: "1000",
  });
  closing.push(() => proxy.stop());
  const simulator = await startSimulator();
  closing.push(() => simulator.stop());
  const microphone = join(folder, "speech.wav");
  await writeFile(microphone, fakeSpeechWav());
  // Spares the control its CORS preflight, so that it is the exchange and nothing else.
  const browser = await launchChromium(microphone, ["--disable-web-security"]);
  closing.push(() => browser.close());

  const context = await browser.newContext({ permissions: ["microphone"] });
  await context.addInitScript({ path: pathOf("connect-probe.js") });
  const origin = `http://localhost:${proxy.port}`;
  const proxied = await openProxiedPage(context, origin);
  const direct = await openDirectPage(context, origin, simulator);

  const times = { proxied: [] as ConnectTimes[], direct: [] as ConnectTimes[] };
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    const pair = { proxied: await timeConnect(proxied), direct: await timeConnect(direct) };
    if (round < 0) continue;
    times.proxied.push(pair.proxied);
    times.direct.push(pair.direct);
  }
  console.log(JSON.stringify(figuresOf(times)));
} finally {
  for (const close of closing.toReversed()) await close();
}

function startSimulator(): Promise<ServerProcess> {
  return startServerProcess(SIMULATOR, {
    arguments: ["--port", "0"],
    portIn: (line) => Number(new URL(line).port),
  });
}

async function openProxiedPage(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/simple-webrtc-test`);
  await page.getByRole("button", { name: "Start Connection" }).click();
  return page;
}

async function openDirectPage(context: BrowserContext, origin: string, simulator: ServerProcess): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript({ path: pathOf("direct-page.js") });
  await page.goto(`${origin}/healthz`);
  await page.evaluate(`prepareDirectPage("http://127.0.0.1:${simulator.port}/v1/realtime/calls")`);
  return page;
}

async function timeConnect(page: Page): Promise<ConnectTimes> {
  // A page in the background is throttled.
  await page.bringToFront();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  const times = await page.evaluate<ConnectTimes | undefined>("connectTimes");
  if (!times) throw new Error("No audio came after the click.");
  await page.getByRole("button", { name: "Disconnect" }).click();
  return times;
}

function figuresOf(times: Record<"proxied" | "direct", readonly ConnectTimes[]>) {
  const firstAudio = (list: readonly ConnectTimes[]) => summarise(list.map(({ firstAudioMs }) => firstAudioMs));
  const exchange = (list: readonly ConnectTimes[]) => summarise(list.map(({ exchangeMs }) => exchangeMs));
  const proxied = { firstAudio: firstAudio(times.proxied), exchange: exchange(times.proxied) };
  const direct = { firstAudio: firstAudio(times.direct), exchange: exchange(times.direct) };
  const proxyAddsMs = rounded(proxied.exchange.medianMs - direct.exchange.medianMs);
  return { rounds: ROUNDS, proxied, direct, proxyAddsMs };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
