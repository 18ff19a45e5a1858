// How many sideband events a second does one proxy on one core turn into stored turns? Recorded interviews are played to supervised calls, faster
// with each step, with the records in SQLite and in Postgres. The control, in the same steps, is a process that only reads as many sidebands.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { startLoadProcess } from "../processes/load-process.ts";
import { LOADING_CORE, MEASURED_CORE, monotonicMs } from "../processes/one-core.ts";
import { recordInterview } from "./recorded-interview.ts";
import type { ReaderReport } from "./sideband-reader.ts";
import type { ReplayReport } from "./sideband-replay.ts";
import { hundredths, medianOf, percentileOf, rounded } from "../report/summary.ts";
import { compareTranscripts, type Differences, inBatches, startSupervisedLoad } from "./supervised-load.ts";
import { TimerLateness } from "../processes/timer-lateness.ts";
import { turnDelays } from "./turn-delays.ts";

const CALLS = Number(process.env.CALLS ?? 500);
const SECONDS = Number(process.env.SECONDS ?? 5);
const REPLAY = new URL("sideband-replay.ts", import.meta.url);

/** Events a second. */
const STEPS = (process.env.STEPS ?? "10000,15000,20000,25000").split(",").map(Number);
/** More than are played in all steps, each tried twice: there are some hundred events to a question. */
const EXCHANGES = Number(process.env.EXCHANGES ?? 26);

/** A turn later than this at the 99th percentile is too late, in milliseconds. */
const LATE_MS = 100;
/** Of what was to be played; less is the generator's end. */
const LEAST_PLAYED = 0.97;
/** What is played at the beginning of a step, and not measured, in milliseconds. */
const SETTLE_MS = 1000;
const WARM_UP_MS = Number(process.env.WARM_UP_MS ?? 5500);
/** Longest wait for the last turns of a step. */
const LAST_TURNS_WITHIN_MS = 10_000;

type Store = "sqlite" | "postgres" | "reader";

interface Step {
  readonly through: Store;
  readonly offeredPerSecond: number;
  readonly playedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly turns: number;
  /** Final for ten seconds, and not told. */
  readonly missing: number;
  readonly cpuPercent: number;
  readonly cpuUsPerEvent: number;
  readonly generatorCpuPercent: number;
  readonly generatorLatenessP99Ms: number;
  readonly clientsLatenessP99Ms: number;
}

/** What is measured: who reads the sidebands, and what it has used and heard of. */
interface Measured {
  readonly play: (perSecond: number) => void;
  readonly report: () => Promise<ReplayReport>;
  /** Processor time since its start, in milliseconds. */
  readonly cpuMs: () => Promise<number>;
  /** When each turn was heard of, by the index of its call. */
  readonly heardAt: () => Promise<readonly (readonly number[])[]>;
}

const folder = await mkdtemp(join(tmpdir(), "supervision-load-"));
const recording = join(folder, "interview.json");
const steps: Step[] = [];
try {
  await writeFile(recording, JSON.stringify(await recordInterview(EXCHANGES)));
  const sqlite = await measureProxy("sqlite", {});
  await measureReader();
  const postgres = await measureOnPostgres();
  const [reader, ...proxies] = [summaryOf("reader"), summaryOf("sqlite"), summaryOf("postgres")];
  const [onSqlite, onPostgres] = proxies.map((summary) => ({
    ...summary,
    cpuOverReader: hundredths(summary.cpuUsPerEvent / reader.cpuUsPerEvent),
  }));
  console.log(
    JSON.stringify({
      calls: CALLS,
      seconds: SECONDS,
      highestStep: Math.max(...STEPS),
      sqlite: { ...onSqlite, ...sqlite, wrongTurns: wrongOf(sqlite) },
      postgres: { ...onPostgres, ...postgres, wrongTurns: wrongOf(postgres) },
      reader,
      steps,
    }),
  );
} finally {
  await rm(folder, { recursive: true });
}

function wrongOf({ lost, doubled, altered }: Differences): number {
  return lost + doubled + altered;
}

async function measureOnPostgres(): Promise<Differences> {
  const server = await startPostgres();
  try {
    return await measureProxy("postgres", { DATABASE_URL: server.urlOf(await server.createDatabase()) });
  } finally {
    await server.stop();
  }
}

async function measureProxy(through: Store, settings: Readonly<Record<string, string>>): Promise<Differences> {
  const load = await startSupervisedLoad({ voiceService: [REPLAY, recording], settings });
  try {
    const callers = await load.open(CALLS);
    await inBatches(CALLS, async (index) => callers[index]?.call());
    await climb(through, {
      play: (perSecond) => load.simulator.tell(`play ${perSecond}`),
      report: () => load.simulator.ask("report"),
      cpuMs: async () => (await load.proxy.figures()).cpuMs,
      heardAt: () => Promise.resolve(callers.map(({ announcedAt }) => announcedAt)),
    });
    return await compareTranscripts(load, callers, await load.simulator.ask<ReplayReport>("report"));
  } finally {
    await load.stop();
  }
}

async function measureReader(): Promise<void> {
  const replay = await startLoadProcess(REPLAY, LOADING_CORE, recording);
  const reader = await startLoadProcess(
    new URL("sideband-reader.ts", import.meta.url),
    MEASURED_CORE,
    replay.greeting,
    CALLS,
    recording,
  );
  try {
    await climb("reader", {
      play: (perSecond) => replay.tell(`play ${perSecond}`),
      report: () => replay.ask("report"),
      cpuMs: async () => (await reader.ask<ReaderReport>("report")).cpuMs,
      heardAt: async () => (await reader.ask<ReaderReport>("report")).heardAt,
    });
  } finally {
    await reader.stop();
    await replay.stop();
  }
}

/** Plays faster and faster until turns are late. */
async function climb(through: Store, measured: Measured): Promise<void> {
  // All calls have begun then, each at its place, and what runs often is compiled.
  measured.play(STEPS[0] ?? 0);
  await pause(WARM_UP_MS);
  for (const offered of STEPS) {
    // Late once and not again is the machine, not the load.
    if (!(await tryStep(through, measured, offered)) && !(await tryStep(through, measured, offered))) return;
  }
}

async function tryStep(through: Store, measured: Measured, offered: number): Promise<boolean> {
  const late = new TimerLateness();
  measured.play(offered);
  await pause(SETTLE_MS);
  await measured.report();
  late.p99MsSinceLast();
  const [cpuBefore, from] = [await measured.cpuMs(), monotonicMs()];
  await pause(SECONDS * 1000);
  const [cpuAfter, to] = [await measured.cpuMs(), monotonicMs()];
  const played = await measured.report();
  measured.play(0);
  const clientsLatenessP99Ms = late.p99MsSinceLast();
  late.stop();
  const { finalAt } = await measured.report();
  const missing = await missingAfter(measured, finalAt);
  const delays = turnDelays(finalAt, await measured.heardAt(), { from, to });
  const seconds = (to - from) / 1000;
  const step = {
    through,
    offeredPerSecond: offered,
    playedPerSecond: Math.round(played.events / seconds),
    p50Ms: rounded(percentileOf(delays, 0.5)),
    p99Ms: rounded(percentileOf(delays, 0.99)),
    turns: delays.length,
    missing,
    cpuPercent: rounded((cpuAfter - cpuBefore) / seconds / 10),
    cpuUsPerEvent: rounded(((cpuAfter - cpuBefore) * 1000) / played.events),
    generatorCpuPercent: rounded(played.cpuMs / seconds / 10),
    generatorLatenessP99Ms: played.latenessP99Ms,
    clientsLatenessP99Ms,
  };
  steps.push(step);
  console.error(JSON.stringify(step));
  return isHeld(step);
}

function isHeld({ p99Ms, missing, playedPerSecond, offeredPerSecond }: Step): boolean {
  // Of a call that has said all there is, less is played than was asked for.
  return p99Ms <= LATE_MS && missing === 0 && playedPerSecond >= LEAST_PLAYED * offeredPerSecond;
}

/** How many of the turns that are final nobody has heard of, when there was time enough. */
async function missingAfter(measured: Measured, finalAt: ReplayReport["finalAt"]): Promise<number> {
  const givenUpAt = monotonicMs() + LAST_TURNS_WITHIN_MS;
  for (;;) {
    const heard = await measured.heardAt();
    const missing = heard.reduce(
      (sum, times, call) => sum + Math.max(0, (finalAt[call]?.length ?? 0) - times.length),
      0,
    );
    if (missing === 0 || monotonicMs() > givenUpAt) return missing;
    await pause(100);
  }
}

function summaryOf(through: Store) {
  const all = steps.filter((step) => step.through === through);
  const held = all.filter(isHeld);
  const last = held.at(-1);
  return {
    eventsPerSecond: last?.playedPerSecond ?? 0,
    eventToStoredTurnP99Ms: last?.p99Ms ?? Number.NaN,
    turnsPerSecond: Math.round((last?.turns ?? 0) / SECONDS),
    cpuUsPerEvent: rounded(medianOf(all.map(({ cpuUsPerEvent }) => cpuUsPerEvent))),
    isGeneratorsEnd: String(
      all.some((step) => step.playedPerSecond < LEAST_PLAYED * step.offeredPerSecond) ||
        last?.offeredPerSecond === Math.max(...STEPS),
    ),
  };
}
