import type { Figures } from "../report/figures.ts";
import { percentileOf } from "../report/summary.ts";
import { type Holding, leftBehind, total } from "./process-watch.ts";
import { listed, type Tally } from "./steady-load.ts";

/** All that is left of a chaos run. */
export interface Aftermath {
  readonly minutes: number;
  readonly places: number;
  readonly seed: number;
  readonly tally: Tally;
  /** How often each thing was broken on purpose. */
  readonly faults: Readonly<Record<string, number>>;
  /** Creates, hang-ups and sidebands that went wrong beside that. */
  readonly mishaps: number;
  /** Of the first process before anything, and of the last one after everything. */
  readonly base: Holding;
  readonly left: Holding;
  /** Those of the records. */
  readonly sessions: number;
  /** Sessions without a reason of their end. */
  readonly endless: readonly string[];
  /** Calls that were left in the voice service, and those of them that are watched although their sessions are over. */
  readonly leftCalls: number;
  readonly watchedCalls: number;
  /** Calls of which the records say that they may live and could not be found. */
  readonly possibleOrphans: number;
  /** Sessions of whose end the platform was not told once. */
  readonly notTold: readonly string[];
  readonly webhooks: { readonly taken: number; readonly again: number; readonly refused: number };
  /** How often the proxy ended by itself. */
  readonly deaths: number;
  /** What was logged as an error, and how often. */
  readonly complaints: Readonly<Record<string, number>>;
  /** Load averages of the machine. */
  readonly load: readonly number[];
}

/** Of code that was compiled, and of caches with a bound, in MiB. */
const ALLOWED_HEAP = 15;

/** Figures of a run, as docs/reliability.md shows them. */
export function chaosFigures(run: Aftermath): Figures {
  const { tally, base, left, load } = run;
  return {
    minutes: run.minutes,
    interviewsAtATime: run.places,
    seed: run.seed,
    ...run.faults,
    "calls, hang-ups and sidebands that went wrong": run.mishaps,
    sessions: run.sessions,
    interviewsCompared: tally.interviews,
    notLetIn: listed(tally.refused),
    calls: tally.calls,
    turns: tally.turns,
    turnsWithUnknownWords: tally.gaps,
    ends: listed(tally.endsByReason),
    brokenPromises: tally.faults.length,
    sessionsWithoutReason: run.endless.length,
    callsLeft: run.leftCalls,
    possibleOrphansOnRecord: run.possibleOrphans,
    endsNotToldOnce: run.notTold.length,
    webhooksTaken: run.webhooks.taken,
    webhooksRefused: run.webhooks.refused,
    webhooksThatCameAgain: run.webhooks.again,
    deathsOfTheProxy: run.deaths,
    errorsLogged: listed(run.complaints),
    heapMiB: `${base.heapMiB}, ${left.heapMiB}`,
    rssMiB: `${base.rssMiB}, ${left.rssMiB}`,
    descriptors: `${total(base.descriptors)}, ${total(left.descriptors)}`,
    timers: `${base.resources.Timeout ?? 0}, ${left.resources.Timeout ?? 0}`,
    machineLoad: `${percentileOf(load, 0).toFixed(1)} to ${percentileOf(load, 1).toFixed(1)}`,
  };
}

/** Which promises a run has broken, each in words. */
export function brokenPromises(run: Aftermath): readonly string[] {
  const { tally, base, left } = run;
  return [
    ...tally.faults,
    ...(tally.interviews === 0 ? ["no interview was held"] : []),
    ...run.endless.map((id) => `${id} has no end, or no reason of it`),
    ...(run.watchedCalls > 0 ? [`${run.watchedCalls} calls are watched although no session runs`] : []),
    ...(run.leftCalls > run.possibleOrphans
      ? [`${run.leftCalls} calls are left, and only ${run.possibleOrphans} are on record`]
      : []),
    ...run.notTold.map((id) => `the platform was not told once that ${id} had ended`),
    ...(run.deaths > 0 ? [`the proxy ended by itself ${run.deaths} times`] : []),
    ...(left.heapMiB - base.heapMiB > ALLOWED_HEAP
      ? [`the heap went from ${base.heapMiB} to ${left.heapMiB} MiB`]
      : []),
    ...leftBehind(base, left),
  ];
}
