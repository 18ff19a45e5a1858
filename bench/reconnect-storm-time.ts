// A server with many connected pages is killed and started again: how long until they are back, and does it stand still?
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { SignJWT } from "jose";
import { monotonicMs } from "./one-core.ts";
import { type MeasuredProxy, startLoadedProxy } from "./proxy-process.ts";
import { ReturningPage } from "./returning-page.ts";
import { percentiles, rounded } from "./summary.ts";
import { inBatches } from "./supervised-load.ts";

const TIMER_MS = 10;
const SOCKETS = Number(process.env.SOCKETS ?? 5000);
const SECRET = "0123456789abcdef0123456789abcdef";

/** Longer than any return worth a figure. */
const WITHIN_MS = 60_000;

const folder = await mkdtemp(join(tmpdir(), "reconnect-storm-"));
const pages: ReturningPage[] = [];
let proxy = await start(0);
const { port } = proxy;
try {
  const token = await mintToken();
  await inBatches(SOCKETS, async (index) => {
    pages[index] = await ReturningPage.open(() => [port], token, index);
  });
  const lateness = monitorEventLoopDelay({ resolution: TIMER_MS });
  lateness.enable();
  const killedAt = monotonicMs();
  proxy.process.kill("SIGKILL");
  proxy = await start(port);
  // By its own clock: this process is busy with thousands of pages that come back, and hears of it late.
  const { time } = JSON.parse(proxy.readyLine) as { time: string };
  const readyAt = monotonicMs() - (Date.now() - Date.parse(time));
  await proxy.figures();
  while (pages.some(({ backAt, refusedWith }) => backAt.length === 0 && refusedWith === undefined)) {
    if (monotonicMs() > readyAt + WITHIN_MS) break;
    await pause(100);
  }
  lateness.disable();
  const { longestBlockMs } = await proxy.figures();
  const backAt = pages.flatMap((page) => page.backAt.slice(0, 1));
  console.log(
    JSON.stringify({
      sockets: SOCKETS,
      startMs: rounded(readyAt - killedAt),
      readyToBack: percentiles(backAt.map((at) => at - readyAt)),
      killToBack: percentiles(backAt.map((at) => at - killedAt)),
      backWithin5sPercent: rounded((100 * backAt.filter((at) => at - readyAt <= 5000).length) / SOCKETS),
      refusedForGood: pages.filter(({ refusedWith }) => refusedWith !== undefined).length,
      longestBlockMs: rounded(longestBlockMs),
      pagesLatenessP99Ms: rounded(lateness.percentile(99) / 1e6 - TIMER_MS),
    }),
  );
} finally {
  for (const page of pages) page.close();
  await proxy.stop();
  await rm(folder, { recursive: true });
}

function start(at: number): Promise<MeasuredProxy> {
  return startLoadedProxy({
    PORT: String(at),
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  });
}

function mintToken(): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("load")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
}
