// How many calls with audio both ways does the simulator hold on one core, so that packets are not late? Calls are added step by step;
// after it the same between bare peers of the same WebRTC stack, and before that both at once, for what a call costs each. A server is
// a process on one core, the callers are this one, on the other.
import { setTimeout as pause } from "node:timers/promises";
import { keepOnCore, LOADING_CORE } from "../processes/one-core.ts";
import { loadAtBound } from "../report/load-at-bound.ts";
import { hundredths, medianOf, medianRatio, rounded } from "../report/summary.ts";
import { type CalledServer, type Kind, type Round, startCalledServer } from "./called-server.ts";

const STEPS = (process.env.STEPS ?? "150,200,250,300").split(",").map(Number);
/** Of each server while both are there. */
const CALLS_BESIDE = Number(process.env.CALLS_BESIDE ?? 60);
const SECONDS = Number(process.env.SECONDS ?? 1.5);
/** Of each step; where packets are late, so many more. */
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const FURTHER_ROUNDS = ROUNDS + 1;

/** Later than this at the 99th percentile is too late, in milliseconds; and more than this share may not be lost. */
const LATE_MS = 20;
const MOST_LOST_PERCENT = 1;

/** The last calls' set-up, and the generation of what they say, are over after this. */
const SETTLE_MS = 1000;

/** What was found with so many calls: medians of rounds, so that a moment in which the machine did something else is not the calls'. */
interface Step extends Round {
  readonly through: Kind;
  readonly calls: number;
  readonly p99OfRoundsMs: string;
}

keepOnCore(LOADING_CORE, process.pid);
const steps: Step[] = [];
const raw: object[] = [];
const [cost, simulator] = await beginBesideBarePeers();
const held = { simulator: await climb(simulator), barePeers: await climb(await startCalledServer("bare-peers")) };
console.log(
  JSON.stringify({
    rounds: ROUNDS,
    seconds: SECONDS,
    highestStep: Math.max(...STEPS),
    cpuOverBarePeers: cost.cpuOverBarePeers,
    simulator: { ...held.simulator, cpuMsPerCallSecond: cost.simulator },
    barePeers: { ...held.barePeers, cpuMsPerCallSecond: cost.barePeers },
    steps,
    raw,
  }),
);

/** What a call costs, in the same seconds on the same core: a minute later the machine is not as fast. The simulator's calls go on. */
async function beginBesideBarePeers() {
  const servers = [await startCalledServer("simulator"), await startCalledServer("bare-peers")] as const;
  const [own, control] = servers;
  for (const server of servers) await server.callUntil(CALLS_BESIDE);
  await pause(SETTLE_MS);
  const [ownMs, controlMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < 2 * ROUNDS; round += 1) {
    const [ours, theirs] = await Promise.all([own.measure(SECONDS), control.measure(SECONDS)]);
    const msOf = ({ serverCpuPercent }: Round) => (serverCpuPercent * 10) / CALLS_BESIDE;
    ownMs.push(msOf(ours));
    controlMs.push(msOf(theirs));
    raw.push({ beside: "bare peers", calls: CALLS_BESIDE, round, simulator: ours, barePeers: theirs });
  }
  await control.stop();
  const costs = {
    simulator: hundredths(medianOf(ownMs)),
    barePeers: hundredths(medianOf(controlMs)),
    cpuOverBarePeers: medianRatio(ownMs, controlMs),
  };
  return [costs, own] as const;
}

/** Adds calls until packets are late. */
async function climb(server: CalledServer) {
  try {
    let [heldStep, failed]: [Step?, Step?] = [];
    for (const calls of STEPS) {
      await server.callUntil(calls);
      await pause(SETTLE_MS);
      const step = await tryStep(server, calls);
      if (isHeld(step)) heldStep = step;
      else failed = step;
      if (failed !== undefined) break;
    }
    return {
      callsWithin20Ms: Math.round(loadAtBound(heldStep && pointOf(heldStep), failed && pointOf(failed), LATE_MS)),
      highestHeldCalls: heldStep?.calls ?? 0,
    };
  } finally {
    await server.stop();
  }
}

async function tryStep(server: CalledServer, calls: number): Promise<Step> {
  const rounds: Round[] = [];
  const p99Ms = () => medianOf(rounds.map((round) => round.p99Ms));
  const measure = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) rounds.push(await server.measure(SECONDS));
  };
  await measure(ROUNDS);
  if (p99Ms() > LATE_MS) await measure(FURTHER_ROUNDS);
  const of = (figure: keyof Round) => rounded(medianOf(rounds.map((round) => round[figure])));
  const step = {
    through: server.kind,
    calls,
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    p99OfRoundsMs: rounds.map((round) => round.p99Ms).join(", "),
    lostPercent: of("lostPercent"),
    serverCpuPercent: of("serverCpuPercent"),
    callersCpuPercent: of("callersCpuPercent"),
    callersLateP99Ms: of("callersLateP99Ms"),
  };
  steps.push(step);
  raw.push(...rounds.map((round) => ({ through: server.kind, calls, ...round })));
  console.error(JSON.stringify(step));
  return step;
}

function pointOf({ calls, p99Ms }: Step) {
  return { load: calls, tailMs: p99Ms };
}

function isHeld({ p99Ms, lostPercent }: Step): boolean {
  return p99Ms <= LATE_MS && lostPercent <= MOST_LOST_PERCENT;
}
