// Five hundred supervised calls in one proxy on one core: how long from the event that makes a turn final until the turn
// is in the records and announced? The control, in the same run, is a process that only reads as many sidebands.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { LOAD_EXCHANGES } from "./interview-of.ts";
import { LOADING_CORE, MEASURED_CORE, monotonicMs } from "./one-core.ts";
import { startLoadProcess } from "./load-process.ts";
import { percentiles, rounded } from "./summary.ts";
import type { ReaderReport } from "./sideband-reader.ts";
import { compareTranscripts, inBatches, startSupervisedLoad } from "./supervised-load.ts";
import type { SimulatorReport } from "./supervision-simulator.ts";
import { turnDelays } from "./turn-delays.ts";

const CALLS = Number(process.env.CALLS ?? 500);
const SECONDS = Number(process.env.SECONDS ?? 12);
const CONTROL_SECONDS = Number(process.env.SECONDS ?? 6);

const TIMER_MS = 10;
const MIB = 1024 * 1024;

const control = await measureReader();
const proxy = await measureProxy();
console.log(JSON.stringify({ calls: CALLS, seconds: SECONDS, ...proxy, control }));

async function measureProxy() {
  const load = await startSupervisedLoad();
  try {
    const callers = await load.open(CALLS);
    await inBatches(CALLS, async (index) => callers[index]?.call());
    load.simulator.tell("begin");
    const delay = monitorEventLoopDelay({ resolution: TIMER_MS });
    delay.enable();
    const from = monotonicMs();
    const start = await load.proxy.figures();
    await pause(SECONDS * 500);
    const middle = await load.proxy.figures();
    await pause(SECONDS * 500);
    const end = await load.proxy.figures();
    const to = monotonicMs();
    delay.disable();
    const report = await load.simulator.ask<SimulatorReport>("report");
    const { events, finalAt, timerLatenessP99Ms } = report;

    const differences = await compareTranscripts(load, callers, report);
    const announcedAt = callers.map((caller) => caller.announcedAt);
    return {
      eventsPerCallAndSecond: rounded(events / CALLS / ((to - from) / 1000)),
      eventToStoredTurn: percentiles(turnDelays(finalAt, announcedAt, { from, to })),
      cpuPercent: Math.round((100 * (end.cpuMs - start.cpuMs)) / (to - from)),
      rssMiB: [start, middle, end].map(({ rss }) => Math.round(rss / MIB)).join(", "),
      ...differences,
      simulatorLatenessP99Ms: rounded(timerLatenessP99Ms),
      clientsLatenessP99Ms: rounded(delay.percentile(99) / 1e6 - TIMER_MS),
    };
  } finally {
    await load.stop();
  }
}

async function measureReader() {
  const simulator = await startLoadProcess("supervision-simulator.ts", LOADING_CORE, LOAD_EXCHANGES);
  const reader = await startLoadProcess("sideband-reader.ts", MEASURED_CORE, simulator.greeting, CALLS);
  try {
    simulator.tell("begin");
    const from = monotonicMs();
    const start = await reader.ask<ReaderReport>("report");
    await pause(CONTROL_SECONDS * 1000);
    const end = await reader.ask<ReaderReport>("report");
    const to = monotonicMs();
    const { events, finalAt } = await simulator.ask<SimulatorReport>("report");
    return {
      eventsPerCallAndSecond: rounded(events / CALLS / ((to - from) / 1000)),
      eventToParsed: percentiles(turnDelays(finalAt, end.heardAt, { from, to })),
      cpuPercent: Math.round((100 * (end.cpuMs - start.cpuMs)) / (to - from)),
    };
  } finally {
    await reader.stop();
    await simulator.stop();
  }
}
