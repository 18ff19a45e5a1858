// Two machines on one Postgres, and one of them is killed: how long until the other supervises its calls?
import { setTimeout as pause } from "node:timers/promises";
import { monotonicMs } from "../processes/one-core.ts";
import { ReturningPage } from "./returning-page.ts";
import { compareWithSaid, startSharedMachines } from "./shared-machines.ts";
import { percentiles } from "../report/summary.ts";
import { inBatches } from "../supervision/supervised-load.ts";
import type { SimulatorReport } from "../supervision/supervision-simulator.ts";

const SESSIONS = Number(process.env.SESSIONS ?? 200);

/** The interviews are under way by then. */
const BEFORE_MS = 5000;

/** Longer than any take-over worth a figure. */
const WITHIN_MS = 30_000;

/** What was said around the kill is written, and its pages are back, by then. */
const AFTER_MS = 10_000;

const shared = await startSharedMachines();
const pages: ReturningPage[] = [];
try {
  const killed = await shared.start();
  const heir = await shared.start();
  await inBatches(SESSIONS, async (index) => {
    const page = await ReturningPage.open(() => [killed.port], shared.token, index);
    pages[index] = page;
    // From the kill on: a load balancer sends nobody to a port on which nobody listens.
    page.portsNow = () => [heir.port];
    await page.call();
  });
  await pause(BEFORE_MS);

  const killedAt = monotonicMs();
  killed.process.kill("SIGKILL");
  const takenOver = await attachedSince(killedAt);
  await pause(AFTER_MS);

  const report = await shared.simulator.ask<SimulatorReport>("report");
  const within = (ms: number, times: readonly number[]) =>
    Math.round((1000 * times.filter((time) => time <= ms).length) / SESSIONS) / 10;
  const back = pages.flatMap(({ backAt }) => backAt.slice(0, 1)).map((at) => at - killedAt);
  console.log(
    JSON.stringify({
      sessions: SESSIONS,
      killToSideband: percentiles(takenOver),
      takenOverWithin3sPercent: within(3000, takenOver),
      takenOverWithin6sPercent: within(6000, takenOver),
      killToSocket: percentiles(back),
      pagesBackPercent: within(Infinity, back),
      callsEnded: report.ended,
      ...(await compareWithSaid(shared, heir, pages, report)),
    }),
  );
} finally {
  for (const page of pages) page.close();
  await shared.stop();
}

/** For each call, how long after a moment the next sideband was attached to it, in milliseconds. */
async function attachedSince(since: number): Promise<number[]> {
  for (;;) {
    const { attachedAt } = await shared.simulator.ask<SimulatorReport>("report");
    const times = Object.values(attachedAt).flatMap((at) => at.filter((time) => time > since).slice(0, 1));
    if (times.length === SESSIONS || monotonicMs() > since + WITHIN_MS) return times.map((time) => time - since);
    await pause(100);
  }
}
