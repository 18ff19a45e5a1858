// Pages of reconnect-storm-time.ts, in a process of their own: one process for all of them would be slower than the server.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { ReturningPage } from "../continuity/returning-page.ts";
import { rounded } from "../report/summary.ts";
import { inBatches } from "../supervision/supervised-load.ts";

/** How the pages of one process came back. */
export interface PagesReport {
  /** When each page that is back came back first, in milliseconds of the monotonic clock. */
  readonly backAt: readonly number[];
  readonly refusedForGood: number;
  /** How late timers were since the pages were opened, in milliseconds, 99th percentile. */
  readonly latenessP99Ms: number;
}

const TIMER_MS = 10;

const [port, token = "", count] = process.argv.slice(2);
const pages: ReturningPage[] = [];
const delay = monitorEventLoopDelay({ resolution: TIMER_MS });
process.on("disconnect", () => process.exit());
process.on("message", () => process.send?.(report()));
await inBatches(Number(count), async (index) => {
  pages[index] = await ReturningPage.open(() => [Number(port)], token, index);
});
delay.enable();
process.send?.("ready");

function report(): PagesReport {
  return {
    backAt: pages.flatMap(({ backAt }) => backAt.slice(0, 1)),
    refusedForGood: pages.filter(({ refusedWith }) => refusedWith !== undefined).length,
    latenessP99Ms: rounded(delay.percentile(99) / 1e6 - TIMER_MS),
  };
}
