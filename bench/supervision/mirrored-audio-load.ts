// Two hundred supervised Live calls in one proxy on one core, whose sidebands carry the audio of both sides, which the proxy
// must throw away: is any turn late by more than 200 ms? The control, in the same run, is the same without that audio.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { openMirrorGauge } from "./mirror-gauge.ts";
import { monotonicMs } from "../processes/one-core.ts";
import { percentiles, rounded } from "../report/summary.ts";
import { compareTranscripts, inBatches, startSupervisedLoad } from "./supervised-load.ts";
import type { SimulatorReport } from "./supervision-simulator.ts";
import { turnDelays } from "./turn-delays.ts";

const CALLS = Number(process.env.CALLS ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 30);

/** Four times as fast as people speak, so that half a minute has several turns of each call. */
const WORDS_PER_SECOND = 10;

const TIMER_MS = 10;
const MIB = 1024 * 1024;

const control = await measure("plain");
const mirrored = await measure("mirrored");
console.log(JSON.stringify({ calls: CALLS, seconds: SECONDS, ...mirrored, control }));

async function measure(audio: "plain" | "mirrored") {
  const load = await startSupervisedLoad({
    simulator: [WORDS_PER_SECOND, "live", audio],
    // Nobody has a data channel here: there is no media.
    settings: { VOICE_API: "live", LIVE_NEEDS_DATA_CHANNEL: "false" },
  });
  try {
    const callers = await load.open(CALLS);
    await inBatches(CALLS, async (index) => callers[index]?.call());
    load.simulator.tell("begin");
    const gauge = await openMirrorGauge(load.simulator.greeting);
    const delay = monitorEventLoopDelay({ resolution: TIMER_MS });
    delay.enable();
    const from = monotonicMs();
    const start = await load.proxy.figures();
    await pause(SECONDS * 1000);
    const end = await load.proxy.figures();
    const to = monotonicMs();
    delay.disable();
    const { input, output } = gauge.kilobytesPerSecond();
    gauge.close();
    const report = await load.simulator.ask<SimulatorReport>("report");

    const differences = await compareTranscripts(load, callers, report);
    const announcedAt = callers.map((caller) => caller.announcedAt);
    return {
      candidateAudioKBPerSecond: input,
      interviewerAudioKBPerSecond: output,
      turnLateness: percentiles(turnDelays(report.finalAt, announcedAt, { from, to })),
      cpuPercent: Math.round((100 * (end.cpuMs - start.cpuMs)) / (to - from)),
      rssMiB: [start, end].map(({ rss }) => Math.round(rss / MIB)).join(", "),
      ...differences,
      simulatorLatenessP99Ms: rounded(report.timerLatenessP99Ms),
      clientsLatenessP99Ms: rounded(delay.percentile(99) / 1e6 - TIMER_MS),
    };
  } finally {
    await load.stop();
  }
}
