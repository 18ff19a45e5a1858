// A server with many connected pages is killed and started again: how long until they are back, and does it stand still?
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startLoadProcess } from "./load-process.ts";
import { mintToken, SECRET } from "./load-token.ts";
import { LOADING_CORE, MEASURED_CORE, monotonicMs } from "./one-core.ts";
import { type MeasuredProxy, startLoadedProxy } from "./proxy-process.ts";
import type { PagesReport } from "./reconnect-pages.ts";
import { percentiles, rounded } from "./summary.ts";

const SOCKETS = Number(process.env.SOCKETS ?? 5000);

/** While the server is away its core is the pages' too. */
const CORES_OF_PAGES = [MEASURED_CORE, LOADING_CORE];

/** Longer than any return worth a figure. */
const WITHIN_MS = 60_000;

const folder = await mkdtemp(join(tmpdir(), "reconnect-storm-"));
let proxy = await start(0);
const { port } = proxy;
const token = await mintToken();
const each = Math.ceil(SOCKETS / CORES_OF_PAGES.length);
const pages = await Promise.all(
  CORES_OF_PAGES.map((core) => startLoadProcess("reconnect-pages.ts", core, port, token, each)),
);
try {
  const killedAt = monotonicMs();
  proxy.process.kill("SIGKILL");
  proxy = await start(port);
  // By its own clock, because what this process hears of it may be late.
  const { time } = JSON.parse(proxy.readyLine) as { time: string };
  const readyAt = monotonicMs() - (Date.now() - Date.parse(time));
  await proxy.figures();

  const reports = await untilAllAreBack(readyAt + WITHIN_MS);
  const { longestBlockMs } = await proxy.figures();
  const backAt = reports.flatMap((report) => report.backAt);
  console.log(
    JSON.stringify({
      sockets: each * pages.length,
      startMs: rounded(readyAt - killedAt),
      readyToBack: percentiles(backAt.map((at) => at - readyAt)),
      killToBack: percentiles(backAt.map((at) => at - killedAt)),
      backWithin5sPercent: rounded((100 * backAt.filter((at) => at - readyAt <= 5000).length) / (each * pages.length)),
      refusedForGood: reports.reduce((sum, { refusedForGood }) => sum + refusedForGood, 0),
      longestBlockMs: rounded(longestBlockMs),
      pagesLatenessP99Ms: Math.max(...reports.map(({ latenessP99Ms }) => latenessP99Ms)),
    }),
  );
} finally {
  for (const process of pages) await process.stop();
  await proxy.stop();
  await rm(folder, { recursive: true });
}

async function untilAllAreBack(givenUpAt: number): Promise<readonly PagesReport[]> {
  for (;;) {
    const reports = await Promise.all(pages.map((process) => process.ask<PagesReport>("report")));
    const isOver = reports.every(({ backAt, refusedForGood }) => backAt.length + refusedForGood === each);
    if (isOver || monotonicMs() > givenUpAt) return reports;
    await pause(500);
  }
}

function start(at: number): Promise<MeasuredProxy> {
  return startLoadedProxy({
    PORT: String(at),
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  });
}
