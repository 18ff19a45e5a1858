// Holds interviews while everything around them breaks at random, and looks whether a promise was broken. Ends with status 1 where
// one was.
import { setMaxListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Aftermath, brokenPromises, chaosFigures } from "./endurance/chaos-report.ts";
import { type Place, plannedLives, waited } from "./endurance/lives.ts";
import { makeMischief, type World } from "./endurance/mischief.ts";
import { lookOn } from "./endurance/operators.ts";
import { Platform, SERVICE_TOKEN } from "./endurance/platform.ts";
import { holdingOf, settledHolding } from "./endurance/process-watch.ts";
import { writeFigures } from "./endurance/reliability-page.ts";
import { RestartingProxy } from "./endurance/restarting-proxy.ts";
import { EXCHANGE_SECONDS } from "./endurance/script.ts";
import { mountSmallDisk } from "../fly-interview-hybrid/test/servers/small-disk.ts";
import { holdSteadily, Tally } from "./endurance/steady-load.ts";
import { startUnreliableLine } from "./endurance/unreliable-line.ts";
import { VoiceService } from "./endurance/voice-service.ts";
import { startWebhookReceiver } from "./endurance/webhook-receiver.ts";
import { SECRET } from "./processes/load-token.ts";
import { describeMachine, today } from "./report/machine.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    sessions: { type: "string", default: "200" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** Writes the figures to docs/reliability.md. */
    write: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const places = Number(values.sessions);
const seed = Number(values.seed);
if (!(minutes > 0) || !(places > 0) || !Number.isInteger(seed))
  throw new Error("Usage: npm run chaos -- [--minutes N] [--sessions N] [--seed N] [--write]");

const EXCHANGES = 8;
const REPORT_EVERY_MS = 60_000;

/** Webhooks are tried again after 5 s, 30 s and 2 minutes, and wait longer where the clock was set back meanwhile. */
const TOLD_WITHIN_MS = 600_000;

/** Answers of the voice service that nobody waits for any more are read for a minute. */
const SETTLE_MS = 120_000;

const machine = describeMachine();
console.log(`seed ${seed}`);
const disk = await mountSmallDisk();
const folder = await mkdtemp(join(tmpdir(), "chaos-"));
const receiver = await startWebhookReceiver();
const { service, baseUrl } = await VoiceService.start(EXCHANGES);
const line = await startUnreliableLine(baseUrl, seed);
const proxy = await RestartingProxy.start({
  OPENAI_BASE_URL: line.baseUrl,
  JWT_SECRET: SECRET,
  SERVICE_TOKEN,
  DATABASE_URL: `file:${join(disk?.folder ?? folder, "proxy.db")}`,
  IDLE_SECONDS: "20",
  INTERRUPTION_SECONDS: "30",
  MAX_SESSION_SECONDS: "600",
  WEBHOOK_URLS: receiver.url,
  WEBHOOK_SECRET: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
  WEBHOOK_PRIVATE_ADDRESSES: "true",
});
const { port } = proxy.current;

const closing = new AbortController();
// Everybody waits for it.
setMaxListeners(0, closing.signal);
const platform = new Platform(port);
const interviewMs = Math.min(EXCHANGES * EXCHANGE_SECONDS * 1000, minutes * 60_000);
const place: Place = { port, platform, interviewMs, restarts: true, present: new Set(), closing: closing.signal };
const world: World = { proxy, line, receiver, present: place.present, disk, seed, closing: closing.signal };
const tally = new Tally();
try {
  const base = await holdingOf(proxy.current, 0);
  const beganAt = performance.now();
  const minute = (): number => (performance.now() - beganAt) / 60_000;
  const say = (text: string): void => console.log(`minute ${minute().toFixed(1)}: ${text}`);
  const holding = holdSteadily({ places, lives: plannedLives(seed), place, service, beganAt }, tally);
  const looking = lookOn(platform, port, closing.signal);
  const mischief = makeMischief(world, say);
  const load: number[] = [];
  let told = 0;
  for (let nextAt = 0; nextAt < minutes * 60_000; ) {
    nextAt = Math.min(nextAt + REPORT_EVERY_MS, minutes * 60_000);
    await waited(beganAt + nextAt - performance.now(), closing.signal);
    load.push(loadavg()[0] ?? 0);
    say(`${tally.interviews} interviews, ${tally.faults.length} broken promises, load ${load.at(-1)}`);
    for (const fault of tally.faults.slice(told)) say(fault);
    told = tally.faults.length;
  }
  closing.abort();
  const faults = await mischief;
  line.mend();
  await holding;
  await looking;
  const sessions = await untilAllEnded();
  await receiver.untilEndsTold(
    sessions.map(({ sessionId }) => sessionId),
    TOLD_WITHIN_MS,
  );
  const live = await service.liveCalls();
  const aftermath: Aftermath = {
    minutes,
    places,
    seed,
    tally,
    faults,
    mishaps: line.mishaps(),
    base,
    left: await settledHolding(proxy.current, base, minute, SETTLE_MS),
    sessions: sessions.length,
    endless: sessions.filter(({ endReason }) => endReason === null).map(({ sessionId }) => sessionId),
    watchedCalls: live.filter(({ sidebands }) => sidebands > 0).length,
    leftCalls: live.length,
    possibleOrphans: await countPossibleOrphans(sessions),
    notTold: sessions.flatMap(({ sessionId }) => (receiver.endsOf(sessionId) === 1 ? [] : [sessionId])),
    webhooks: receiver.counts,
    deaths: proxy.deaths,
    complaints: proxy.complaints,
    load,
  };
  const figures = chaosFigures(aftermath);
  const broken = brokenPromises(aftermath);
  console.log(JSON.stringify(figures, null, 2));
  for (const text of broken) console.log(`BROKEN: ${text}`);
  if (values.write) await writeFigures("chaos", { measuredOn: today(), machine, figures });
  if (broken.length > 0) process.exitCode = 1;
} finally {
  closing.abort();
  await proxy.stop();
  await line.close();
  await service.stop();
  await receiver.close();
  await disk?.remove();
  await rm(folder, { recursive: true });
}

type Sessions = Awaited<ReturnType<Platform["list"]>>["sessions"];

/** All sessions of the records, those among them that no page came to know of; some end by themselves, a little later. */
async function untilAllEnded(): Promise<Sessions> {
  for (const givenUpAt = performance.now() + 120_000; ; ) {
    const sessions = await platform.listAll();
    if (sessions.every(({ status }) => status === "ended") || performance.now() > givenUpAt) return sessions;
    for (const { sessionId, status } of sessions) if (status === "scheduled") await platform.delete(sessionId);
    await waited(2000, new AbortController().signal);
  }
}

async function countPossibleOrphans(sessions: Sessions): Promise<number> {
  let count = 0;
  for (const { sessionId } of sessions)
    count += (await platform.details(sessionId)).calls.filter(({ state }) => state === "possible_orphan").length;
  return count;
}
