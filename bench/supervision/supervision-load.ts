// How many sideband events a second does one proxy on one core turn into stored turns? Recorded interviews are played to supervised calls, faster
// with each step, with the records in SQLite and in Postgres. The control, in turn with each of them, is a process that only reads as many sidebands.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { type LoadProcess, startLoadProcess } from "../processes/load-process.ts";
import { LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { loadAtBound } from "../report/load-at-bound.ts";
import { medianOf, medianRatio, rounded } from "../report/summary.ts";
import { type Listener, playRounds, type Round } from "./played-rounds.ts";
import { recordInterview } from "./recorded-interview.ts";
import type { ReplayReport } from "./sideband-replay.ts";
import { compareTranscripts, inBatches, startSupervisedLoad } from "./supervised-load.ts";

const CALLS = Number(process.env.CALLS ?? 500);
const SECONDS = Number(process.env.SECONDS ?? 1.5);
/** Of each step; where the tail is too late, so many more. */
const ROUNDS = 3;
const FURTHER_ROUNDS = 2;
const REPLAY = new URL("sideband-replay.ts", import.meta.url);

/** Events a second. At the first, rounds are in turn with those of the reader. */
const STEPS = (process.env.STEPS ?? "10000,12500,15000,17500,20000,22500,25000").split(",").map(Number);
const [FIRST = 0, ...HIGHER] = STEPS;
/** More than are played in all steps: there are some hundred events to a question. */
const EXCHANGES = Number(process.env.EXCHANGES ?? 26);

/** A turn later than this at the 99th percentile is too late, in milliseconds. */
const LATE_MS = 100;
/** Of what was to be played; less is the generator's end. */
const LEAST_PLAYED = 0.97;
const WARM_UP_MS = Number(process.env.WARM_UP_MS ?? 5500);

type Store = "sqlite" | "postgres";

/** What was found at one rate: medians of rounds, so that a moment in which the machine did something else is not the load's. */
interface Step extends Round {
  readonly through: Store | "reader";
  readonly p99OfRoundsMs: string;
}

const steps: Step[] = [];
const raw: object[] = [];
const folder = await mkdtemp(join(tmpdir(), "supervision-load-"));
const recording = join(folder, "interview.json");
const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true })];
try {
  await writeFile(recording, JSON.stringify(await recordInterview(EXCHANGES)));
  const reader = await startReader();
  const sqlite = await measureProxy("sqlite", {}, reader);
  const postgres = await measureOnPostgres(reader);
  const highest = noted("reader", await playRounds(reader, Math.max(...STEPS), ROUNDS, SECONDS));
  console.log(
    JSON.stringify({
      calls: CALLS,
      rounds: ROUNDS,
      seconds: SECONDS,
      highestStep: Math.max(...STEPS),
      sqlite,
      postgres,
      reader: {
        eventsPerSecond: highest.playedPerSecond,
        eventToStoredTurnP99Ms: highest.p99Ms,
        cpuUsPerEvent: rounded(medianOf([sqlite.readerCpuUsPerEvent, postgres.readerCpuUsPerEvent])),
      },
      steps,
      raw,
    }),
  );
} finally {
  for (const close of closing.toReversed()) await close();
}

async function startReader(): Promise<Listener> {
  const start = async (script: URL, core: number, ...args: readonly (string | number)[]): Promise<LoadProcess> => {
    const process = await startLoadProcess(script, core, ...args);
    closing.push(() => process.stop());
    return process;
  };
  const replay = await start(REPLAY, LOADING_CORE, recording);
  const script = new URL("sideband-reader.ts", import.meta.url);
  const reader = await start(script, MEASURED_CORE, replay.greeting, CALLS, recording);
  const listener: Listener = {
    ...playedBy(replay),
    cpuMs: () => reader.ask("cpu"),
    heardAt: () => reader.ask("heard"),
  };
  await warmUp(listener);
  return listener;
}

function playedBy(replay: LoadProcess): Pick<Listener, "play" | "count" | "report"> {
  return {
    play: (perSecond) => replay.tell(`play ${perSecond}`),
    count: () => replay.ask("count"),
    report: () => replay.ask("report"),
  };
}

/** All calls have begun then, each at its place, and what runs often is compiled. */
async function warmUp({ play }: Listener): Promise<void> {
  play(FIRST);
  await pause(WARM_UP_MS);
  play(0);
}

async function measureOnPostgres(reader: Listener) {
  const server = await startPostgres();
  try {
    return await measureProxy("postgres", { DATABASE_URL: server.urlOf(await server.createDatabase()) }, reader);
  } finally {
    await server.stop();
  }
}

async function measureProxy(through: Store, settings: Readonly<Record<string, string>>, reader: Listener) {
  const load = await startSupervisedLoad({ voiceService: [REPLAY, recording], settings });
  try {
    const callers = await load.open(CALLS);
    await inBatches(CALLS, async (index) => callers[index]?.call());
    const proxy: Listener = {
      ...playedBy(load.simulator),
      cpuMs: async () => (await load.proxy.figures()).cpuMs,
      heardAt: () => Promise.resolve(callers.map(({ announcedAt }) => announcedAt)),
    };
    await warmUp(proxy);
    const first = await playInTurn(through, proxy, reader);
    const rates = await climb(through, proxy, first.step);
    const { lost, doubled, altered, turns } = await compareTranscripts(
      load,
      callers,
      await load.simulator.ask<ReplayReport>("report"),
    );
    const { step: _first, ...compared } = first;
    return { ...rates, ...compared, turns, lost, doubled, altered, wrongTurns: lost + doubled + altered };
  } finally {
    await load.stop();
  }
}

/** The first step, each round of it beside one of the reader: the machine is not as fast a minute later. */
async function playInTurn(through: Store, proxy: Listener, reader: Listener) {
  const [own, control]: [Round[], Round[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(...(await playRounds(proxy, FIRST, 1, SECONDS)));
    control.push(...(await playRounds(reader, FIRST, 1, SECONDS)));
  }
  const cpuOf = (rounds: readonly Round[]) => rounds.map(({ cpuUsPerEvent }) => cpuUsPerEvent);
  const controlCpu = cpuOf(control);
  noted("reader", control);
  return {
    step: noted(through, own),
    cpuUsPerEvent: rounded(medianOf(cpuOf(own))),
    readerCpuUsPerEvent: rounded(medianOf(controlCpu)),
    cpuOverReader: medianRatio(cpuOf(own), controlCpu),
  };
}

/** Plays faster and faster until turns are late. */
async function climb(through: Store, proxy: Listener, first: Step) {
  let [held, step] = [isHeld(first) ? first : undefined, first];
  for (const offered of HIGHER) {
    if (!isHeld(step)) break;
    const rounds = [...(await playRounds(proxy, offered, ROUNDS, SECONDS))];
    if (medianOf(rounds.map(({ p99Ms }) => p99Ms)) > LATE_MS)
      rounds.push(...(await playRounds(proxy, offered, FURTHER_ROUNDS, SECONDS)));
    step = noted(through, rounds);
    if (isHeld(step)) held = step;
  }
  const failed = isHeld(step) ? undefined : step;
  return {
    eventsPerSecond: Math.round(loadAtBound(held && pointOf(held), failed && pointOf(failed), LATE_MS)),
    highestHeldPerSecond: held?.playedPerSecond ?? 0,
    eventToStoredTurnP99Ms: held?.p99Ms ?? Number.NaN,
    turnsPerSecond: Math.round((held?.turns ?? 0) / SECONDS),
    eventsPerProcessorSecond: Math.round(1e6 / (held ?? step).cpuUsPerEvent),
    isGeneratorsEnd: String(failed === undefined || failed.playedPerSecond < LEAST_PLAYED * failed.offeredPerSecond),
  };
}

function pointOf({ playedPerSecond, p99Ms }: Step) {
  return { load: playedPerSecond, tailMs: p99Ms };
}

function isHeld({ p99Ms, missing, playedPerSecond, offeredPerSecond }: Step): boolean {
  // Of a call that has said all there is, less is played than was asked for.
  return p99Ms <= LATE_MS && missing === 0 && playedPerSecond >= LEAST_PLAYED * offeredPerSecond;
}

/** The rounds of one step as one, for the page. */
function noted(through: Step["through"], rounds: readonly Round[]): Step {
  const of = (figure: keyof Round) => rounded(medianOf(rounds.map((round) => round[figure])));
  const step: Step = {
    through,
    offeredPerSecond: of("offeredPerSecond"),
    playedPerSecond: Math.round(of("playedPerSecond")),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    p99OfRoundsMs: rounds.map(({ p99Ms }) => p99Ms).join(", "),
    turns: Math.round(of("turns")),
    // No median may hide these.
    missing: Math.max(...rounds.map(({ missing }) => missing)),
    cpuPercent: of("cpuPercent"),
    cpuUsPerEvent: of("cpuUsPerEvent"),
    generatorCpuPercent: of("generatorCpuPercent"),
    generatorLatenessP99Ms: of("generatorLatenessP99Ms"),
    clientsLatenessP99Ms: of("clientsLatenessP99Ms"),
  };
  steps.push(step);
  raw.push(...rounds.map((round) => ({ through, ...round })));
  console.error(JSON.stringify(step));
  return step;
}
