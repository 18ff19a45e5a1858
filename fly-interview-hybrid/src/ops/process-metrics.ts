import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Instruments } from "./instruments.ts";

/** How often the event loop is asked, in milliseconds: shorter delays do not show. */
const RESOLUTION_MS = 20;

/** What the process itself takes of its machine, and how late its event loop is. */
export function observeProcess(instruments: Instruments): { close(): void } {
  const gauge = (name: string, help: string, read: () => number): void =>
    instruments.gauge(name, help, { labels: {}, read: () => [{ labels: {}, value: read() }] });

  gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
  gauge("process_cpu_seconds", "CPU time of the process.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  });
  let before = performance.eventLoopUtilization();
  gauge("nodejs_eventloop_utilization", "Busy part of the time since the last look, from 0 to 1.", () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  instruments.gauge("nodejs_eventloop_delay_seconds", "How late timers came since the last look.", {
    labels: { quantile: ["0.5", "0.99", "1"] },
    read() {
      // The time between two asks is part of what is measured; of an idle loop nothing may have been measured yet.
      const late = (percentile: number): number =>
        delay.count === 0 ? 0 : Math.max(0, delay.percentile(percentile) / 1e9 - RESOLUTION_MS / 1000);
      const readings = [
        { labels: { quantile: "0.5" as const }, value: late(50) },
        { labels: { quantile: "0.99" as const }, value: late(99) },
        { labels: { quantile: "1" as const }, value: late(100) },
      ];
      delay.reset();
      return readings;
    },
  });
  return { close: () => void delay.disable() };
}
