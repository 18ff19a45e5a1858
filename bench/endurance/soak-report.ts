import type { Figures } from "../report/figures.ts";
import { growthOf } from "../supervision/memory-growth.ts";
import { percentileOf } from "../report/summary.ts";
import { type Holding, leftBehind, total } from "./process-watch.ts";
import { listed, type Tally } from "./steady-load.ts";

interface Timed {
  readonly minute: number;
  readonly ms: number;
}

/** All that a soak has found. */
export interface SoakRun {
  readonly hours: number;
  readonly places: number;
  readonly tally: Tally;
  /** Before the first interview, while they were held, and after the last one. */
  readonly base: Holding;
  readonly holdings: readonly Holding[];
  readonly left: Holding;
  /** Bare requests meanwhile. */
  readonly controls: readonly Timed[];
  /** Calls without a sideband. */
  readonly unwatched: readonly string[];
  /** Calls that were left when all had ended. */
  readonly orphans: readonly string[];
  /** Lines of the log that say of an error. */
  readonly complaints: readonly string[];
  /** Sessions of whose end the platform was not told once. */
  readonly notTold: readonly string[];
  /** How often operators looked. */
  readonly looks: number;
  /** Load averages of the machine. */
  readonly load: readonly number[];
}

/** Growth is judged from here on: a shorter run is all warm-up. */
const JUDGED_FROM_HOURS = 0.3;

/** Of the run; until then what is bounded fills up. */
const WARM_UP = 0.25;

/** In MiB a minute, of all that a hundred interviews at a time do. */
const MAX_HEAP_GROWTH = 0.1;
const MAX_RSS_GROWTH = 0.5;

/** The time to connect in the last quarter, by that of the first and by the same of the control. */
const MAX_DRIFT = 1.5;

/** Figures of a run, as docs/reliability.md shows them. */
export function soakFigures(run: SoakRun): Figures {
  const { tally, holdings, base, left, load } = run;
  const at = (share: number): Holding => holdings[Math.floor((holdings.length - 1) * share)] ?? base;
  const series = (of: (holding: Holding) => number): string =>
    [base, ...[0, 0.25, 0.5, 0.75, 1].map(at), left].map(of).join(", ");
  return {
    hours: run.hours,
    interviewsAtATime: run.places,
    interviews: tally.interviews,
    notLetIn: listed(tally.refused),
    calls: tally.calls,
    turns: tally.turns,
    turnsWithUnknownWords: tally.gaps,
    ends: listed(tally.endsByReason),
    looksOfOperators: run.looks,
    faults: tally.faults.length,
    callsOfNobody: run.unwatched.length + run.orphans.length,
    endsNotToldOnce: run.notTold.length,
    errorsLogged: run.complaints.length,
    heapMiB: series(({ heapMiB }) => heapMiB),
    heapGrowthMiBPerMinute: growth(run, ({ heapMiB }) => heapMiB),
    rssMiB: series(({ rssMiB }) => rssMiB),
    rssGrowthMiBPerMinute: growth(run, ({ rssMiB }) => rssMiB),
    descriptors: series(({ descriptors }) => total(descriptors)),
    timers: series(({ resources }) => resources.Timeout ?? 0),
    otherResources: series(({ resources }) => total(resources) - (resources.Timeout ?? 0)),
    longestBlockMs: Math.max(...holdings.map(({ longestBlockMs }) => longestBlockMs)),
    cpuPercent: Math.round((left.cpuMs - base.cpuMs) / (left.minute - base.minute) / 600),
    connectMs: quarters(run, tally.connects),
    bareRequestMs: quarters(run, run.controls),
    connectDrift: rounded(drift(run)),
    machineLoad: `${percentileOf(load, 0).toFixed(1)} to ${percentileOf(load, 1).toFixed(1)}, median ${percentileOf(load, 0.5).toFixed(1)}`,
  };
}

/** Which bounds a run has broken, each in words. */
export function brokenBounds(run: SoakRun): readonly string[] {
  const { tally, base, left } = run;
  const isJudged = run.hours >= JUDGED_FROM_HOURS;
  const heap = growth(run, ({ heapMiB }) => heapMiB);
  const rss = growth(run, ({ rssMiB }) => rssMiB);
  return [
    ...tally.faults,
    ...(tally.interviews === 0 ? ["no interview was held"] : []),
    ...Object.entries(tally.refused).map(([why, count]) => `${count} interviews were not let in: ${why}`),
    ...run.unwatched.map((id) => `nobody watched the call ${id}`),
    ...run.orphans.map((id) => `the call ${id} was left`),
    ...run.notTold.map((id) => `the platform was not told once that ${id} had ended`),
    ...run.complaints,
    ...leftBehind(base, left),
    ...(isJudged && !(heap <= MAX_HEAP_GROWTH) ? [`the heap grows by ${heap} MiB a minute`] : []),
    ...(isJudged && !(rss <= MAX_RSS_GROWTH) ? [`the process grows by ${rss} MiB a minute`] : []),
    ...(isJudged && !(drift(run) <= MAX_DRIFT)
      ? [`connecting takes ${rounded(drift(run))} times as long as at first`]
      : []),
  ];
}

function growth({ holdings, hours }: SoakRun, of: (holding: Holding) => number): number {
  return growthOf(
    holdings.map((holding) => ({ minute: holding.minute, mib: of(holding) })),
    hours * 60 * WARM_UP,
  );
}

/** How much longer it takes to connect in the last quarter than in the first, beyond what bare requests do. */
function drift(run: SoakRun): number {
  const ratio = (times: readonly Timed[]): number => medianIn(run, times, 3) / medianIn(run, times, 0);
  return ratio(run.tally.connects) / ratio(run.controls);
}

/** Medians of the four quarters of the run. */
function quarters(run: SoakRun, times: readonly Timed[]): string {
  return [0, 1, 2, 3].map((quarter) => rounded(medianIn(run, times, quarter))).join(", ");
}

function medianIn({ hours }: SoakRun, times: readonly Timed[], quarter: number): number {
  const inQuarter = times.filter(({ minute }) => Math.min(3, Math.floor(minute / (hours * 15))) === quarter);
  return percentileOf(
    inQuarter.map(({ ms }) => ms),
    0.5,
  );
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
