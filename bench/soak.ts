// Holds a steady number of interviews for hours, with all that candidates and operators do in them, and looks whether anything
// grows, slows down, is lost or is left. Ends with status 1 where a bound is broken.
import { setMaxListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startBareServer } from "./endurance/bare-server.ts";
import { type Place, plannedLives, waited } from "./endurance/lives.ts";
import { lookOn } from "./endurance/operators.ts";
import { Platform, SERVICE_TOKEN } from "./endurance/platform.ts";
import { type Holding, holdingOf, settledHolding } from "./endurance/process-watch.ts";
import { EXCHANGE_SECONDS } from "./endurance/script.ts";
import { brokenBounds, soakFigures, type SoakRun } from "./endurance/soak-report.ts";
import { holdSteadily, Tally } from "./endurance/steady-load.ts";
import { VoiceService } from "./endurance/voice-service.ts";
import { startWebhookReceiver } from "./endurance/webhook-receiver.ts";
import { writeFigures } from "./endurance/reliability-page.ts";
import { SECRET } from "./processes/load-token.ts";
import { describeMachine, today } from "./report/machine.ts";
import { startLoadedProxy } from "./processes/proxy-process.ts";

const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "1" },
    sessions: { type: "string", default: "100" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** Writes the figures to docs/reliability.md. */
    write: { type: "boolean", default: false },
  },
});
const hours = Number(values.hours);
const places = Number(values.sessions);
const seed = Number(values.seed);
if (!(hours > 0) || !(places > 0) || !Number.isInteger(seed))
  throw new Error("Usage: npm run soak -- [--hours N] [--sessions N] [--seed N] [--write]");

const EXCHANGES = 10;
const SAMPLE_EVERY_MS = Math.min(60_000, (hours * 3_600_000) / 4);

/** A session in which nobody is present ends soon, so that many do. */
const IDLE_SECONDS = "20";

/** What is bounded in time, such as counters by person, has let go by then. */
const SETTLE_MS = 120_000;

const machine = describeMachine();
console.log(`seed ${seed}`);
const folder = await mkdtemp(join(tmpdir(), "soak-"));
const receiver = await startWebhookReceiver();
const bare = await startBareServer();
const { service, baseUrl } = await VoiceService.start(EXCHANGES);
const proxy = await startLoadedProxy({
  OPENAI_BASE_URL: baseUrl,
  JWT_SECRET: SECRET,
  SERVICE_TOKEN,
  DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  IDLE_SECONDS,
  WEBHOOK_URLS: receiver.url,
  WEBHOOK_SECRET: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
  WEBHOOK_PRIVATE_ADDRESSES: "true",
});
const complaints: string[] = [];
proxy.process.stdout?.on("data", (data: Buffer) => {
  for (const line of data.toString("utf8").split("\n")) if (/"level":"(error|fatal)"/.test(line)) complaints.push(line);
});

const closing = new AbortController();
// Everybody waits for it.
setMaxListeners(0, closing.signal);
const platform = new Platform(proxy.port);
const interviewMs = Math.min(EXCHANGES * EXCHANGE_SECONDS * 1000, hours * 3_600_000);
const place: Place = {
  port: proxy.port,
  platform,
  interviewMs,
  restarts: false,
  present: new Set(),
  closing: closing.signal,
};
const tally = new Tally();
const holdings: Holding[] = [];
const controls: { readonly minute: number; readonly ms: number }[] = [];
const unwatched: string[] = [];
const load: number[] = [];
try {
  const base = await holdingOf(proxy, 0);
  const beganAt = performance.now();
  const minute = (): number => (performance.now() - beganAt) / 60_000;
  const holding = holdSteadily({ places, lives: plannedLives(seed), place, service, beganAt }, tally);
  const looking = lookOn(platform, proxy.port, closing.signal);
  const probing = probe(minute);
  for (let taken = 1; minute() < hours * 60; taken += 1) {
    await waited(beganAt + taken * SAMPLE_EVERY_MS - performance.now(), closing.signal);
    holdings.push(await holdingOf(proxy, minute()));
    load.push(loadavg()[0] ?? 0);
    unwatched.push(...(await callsOfNobody()));
    const { heapMiB, rssMiB } = holdings.at(-1) as Holding;
    console.log(
      `minute ${minute().toFixed(1)}: ${tally.interviews} interviews, ${tally.faults.length} faults, heap ${heapMiB} MiB, rss ${rssMiB} MiB, load ${load.at(-1)}`,
    );
  }
  closing.abort();
  await holding;
  const looks = await looking;
  await probing;
  const left = await settledHolding(proxy, base, minute, SETTLE_MS);
  // In a short run the last interviews have ended a moment ago.
  await receiver.untilEndsTold(tally.sessionIds, SETTLE_MS);
  const orphans = (await service.liveCalls()).map(({ callId }) => callId);
  const notTold = tally.sessionIds.filter((id) => receiver.endsOf(id) !== 1);
  const run: SoakRun = {
    hours,
    places,
    tally,
    base,
    holdings,
    left,
    controls,
    unwatched,
    orphans,
    complaints,
    notTold,
    looks,
    load,
  };
  const figures = soakFigures(run);
  const broken = brokenBounds(run);
  console.log(JSON.stringify(figures, null, 2));
  for (const line of broken) console.log(`BROKEN: ${line}`);
  if (values.write) await writeFigures("soak", { measuredOn: today(), machine, figures });
  if (broken.length > 0) process.exitCode = 1;
} finally {
  closing.abort();
  await proxy.stop();
  await service.stop();
  await receiver.close();
  await bare.stop();
  await rm(folder, { recursive: true });
}

/** The control of the times to connect: bare requests, which tell how busy the machine is. */
async function probe(minute: () => number): Promise<void> {
  while (!closing.signal.aborted) {
    controls.push({ minute: minute(), ms: await bare.requestMs() });
    await waited(2000, closing.signal);
  }
}

/** A call that nobody watches for longer than it takes to attach to it. */
async function callsOfNobody(): Promise<readonly string[]> {
  const old = Date.now() - 30_000;
  const live = await service.liveCalls();
  return live.flatMap(({ callId, createdAt, sidebands }) => (sidebands === 0 && createdAt < old ? [callId] : []));
}
