// Ten minutes of 500 interviews at nine times the speed of speech: does memory stay flat, and is nothing lost or doubled? Writes what it finds to
// docs/long-runs-supervision.md, and ends with status 1 where a bound is broken.
import { writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { describeMachine, today } from "../report/machine.ts";
import { growthOf, type Sample } from "./memory-growth.ts";
import { monotonicMs } from "../processes/one-core.ts";
import { measuredSection } from "../report/page.ts";
import { rounded } from "../report/summary.ts";
import { compareTranscripts, inBatches, startSupervisedLoad } from "./supervised-load.ts";
import type { SimulatorReport } from "./supervision-simulator.ts";

const CALLS = Number(process.env.CALLS ?? 500);
const SECONDS = Number(process.env.SECONDS ?? 600);

/** Until then what is bounded fills up, and code is compiled. */
const WARM_UP_SECONDS = SECONDS / 5;

const SAMPLE_EVERY_MS = 10_000;

/** A collection of garbage stops the process for a moment, and gives back memory that would have stayed. */
const COLLECT_EVERY_SAMPLES = 3;

/** Of all calls together, in MiB a minute: 1 KiB and 8 KiB for each call. What V8 and malloc keep of freed memory settles slowly. */
const MAX_HEAP_GROWTH = 0.5;
const MAX_RSS_GROWTH = 4;

const MIB = 1024 * 1024;
const PAGE = new URL("../../docs/long-runs-supervision.md", import.meta.url);

const INTRODUCTION = `# Long runs: supervision

\`npm run bench:long\` holds ${CALLS} supervised calls for ten minutes, at nine times the speed of speech, which is some
20 sideband events a second and call, and writes this page. Memory is sampled every 10 s, the heap after a collection of garbage every
30 s; growth is the median slope between any two samples. Bounds, from minute 2 on, for all calls together: the heap grows by at
most ${MAX_HEAP_GROWTH} MiB a minute, the whole process by at most ${MAX_RSS_GROWTH}; and no turn is lost, doubled or altered.
`;

const machine = describeMachine();
const load = await startSupervisedLoad();
try {
  const callers = await load.open(CALLS);
  await inBatches(CALLS, async (index) => callers[index]?.call());
  load.simulator.tell("begin");
  const from = monotonicMs();
  const { cpuMs } = await load.proxy.figures();
  const { rss, heap } = await sampleMemory(from);
  const cpuPercent = Math.round((100 * ((await load.proxy.figures()).cpuMs - cpuMs)) / (monotonicMs() - from));
  const seconds = (monotonicMs() - from) / 1000;
  const report = await load.simulator.ask<SimulatorReport>("report");
  const figures = {
    calls: CALLS,
    minutes: rounded(seconds / 60),
    eventsPerCallAndSecond: rounded(report.events / CALLS / seconds),
    cpuPercent,
    ...(await compareTranscripts(load, callers, report)),
    heapMiB: describe(heap),
    heapGrowthMiBPerMinute: growthOf(heap, WARM_UP_SECONDS / 60),
    rssMiB: describe(rss),
    rssGrowthMiBPerMinute: growthOf(rss, WARM_UP_SECONDS / 60),
  };
  await writeFile(
    PAGE,
    `${INTRODUCTION}\n## Figures\n\n${measuredSection({ measuredOn: today(), machine, figures })}\n`,
  );
  console.log(JSON.stringify(figures));
  const isFlat =
    growthOf(heap, WARM_UP_SECONDS / 60) <= MAX_HEAP_GROWTH && growthOf(rss, WARM_UP_SECONDS / 60) <= MAX_RSS_GROWTH;
  if (!isFlat || figures.lost + figures.doubled + figures.altered > 0) process.exitCode = 1;
} finally {
  await load.stop();
}

async function sampleMemory(from: number): Promise<{ rss: readonly Sample[]; heap: readonly Sample[] }> {
  const rss: Sample[] = [];
  const heap: Sample[] = [];
  for (let taken = 0; monotonicMs() - from < SECONDS * 1000; taken += 1) {
    await pause(from + taken * SAMPLE_EVERY_MS - monotonicMs());
    const minute = (monotonicMs() - from) / 60_000;
    rss.push({ minute, mib: (await load.proxy.figures()).rss / MIB });
    if (taken % COLLECT_EVERY_SAMPLES > 0) continue;
    const { heapUsed, external } = await load.proxy.figures("collect");
    heap.push({ minute, mib: (heapUsed + external) / MIB });
  }
  return { rss, heap };
}

/** The last sample of each minute. */
function describe(samples: readonly Sample[]): string {
  const minutes = new Map(samples.map((sample) => [Math.floor(sample.minute), Math.round(sample.mib)]));
  return [...minutes.values()].join(", ");
}
