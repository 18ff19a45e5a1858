import { setTimeout as pause } from "node:timers/promises";
import { monotonicMs } from "../processes/one-core.ts";
import { TimerLateness } from "../processes/timer-lateness.ts";
import { percentileOf, rounded } from "../report/summary.ts";
import type { Played, ReplayReport } from "./sideband-replay.ts";
import { turnDelays } from "./turn-delays.ts";

/** Who reads the sidebands, and what it has used and heard of. */
export interface Listener {
  readonly play: (perSecond: number) => void;
  readonly count: () => Promise<Played>;
  readonly report: () => Promise<ReplayReport>;
  /** Processor time since its start, in milliseconds. */
  readonly cpuMs: () => Promise<number>;
  /** When each turn was heard of, by the index of its call. */
  readonly heardAt: () => Promise<readonly (readonly number[])[]>;
}

/** What was found in some seconds at a rate. */
export interface Round {
  readonly offeredPerSecond: number;
  readonly playedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly turns: number;
  /** Turns that nobody has heard of ten seconds after the last of the rounds that were played in one go. */
  readonly missing: number;
  readonly cpuPercent: number;
  readonly cpuUsPerEvent: number;
  readonly generatorCpuPercent: number;
  readonly generatorLatenessP99Ms: number;
  readonly clientsLatenessP99Ms: number;
}

/** What is played before rounds, and not measured, in milliseconds. */
const SETTLE_MS = 700;
/** Longest wait for the last turns. */
const LAST_TURNS_WITHIN_MS = 10_000;

/** Plays at a rate for so many rounds, one right after the other. */
export async function playRounds(
  listener: Listener,
  offeredPerSecond: number,
  rounds: number,
  seconds: number,
): Promise<readonly Round[]> {
  const late = new TimerLateness();
  listener.play(offeredPerSecond);
  await pause(SETTLE_MS);
  await listener.count();
  late.p99MsSinceLast();
  const spans: (Span & Omit<Round, "p50Ms" | "p99Ms" | "turns" | "missing">)[] = [];
  let [cpuMs, from] = [await listener.cpuMs(), monotonicMs()];
  for (let round = 0; round < rounds; round += 1) {
    await pause(seconds * 1000);
    const [cpuNow, to, played] = [await listener.cpuMs(), monotonicMs(), await listener.count()];
    const [usedMs, took] = [cpuNow - cpuMs, (to - from) / 1000];
    spans.push({
      from,
      to,
      offeredPerSecond,
      playedPerSecond: Math.round(played.events / took),
      cpuPercent: rounded(usedMs / took / 10),
      cpuUsPerEvent: rounded((usedMs * 1000) / played.events),
      generatorCpuPercent: rounded(played.cpuMs / took / 10),
      generatorLatenessP99Ms: played.latenessP99Ms,
      clientsLatenessP99Ms: late.p99MsSinceLast(),
    });
    [cpuMs, from] = [cpuNow, to];
  }
  listener.play(0);
  late.stop();
  const { finalAt } = await listener.report();
  const missing = await missingAfter(listener, finalAt);
  const heardAt = await listener.heardAt();
  return spans.map(({ from: begin, to: end, ...round }) => {
    const delays = turnDelays(finalAt, heardAt, { from: begin, to: end });
    const at = (share: number) => rounded(percentileOf(delays, share));
    return { ...round, p50Ms: at(0.5), p99Ms: at(0.99), turns: delays.length, missing };
  });
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** How many of the turns that are final nobody has heard of, when there was time enough. */
async function missingAfter({ heardAt }: Listener, finalAt: ReplayReport["finalAt"]): Promise<number> {
  const givenUpAt = monotonicMs() + LAST_TURNS_WITHIN_MS;
  for (;;) {
    const heard = await heardAt();
    const missing = heard.reduce(
      (sum, times, call) => sum + Math.max(0, (finalAt[call]?.length ?? 0) - times.length),
      0,
    );
    if (missing === 0 || monotonicMs() > givenUpAt) return missing;
    await pause(100);
  }
}
