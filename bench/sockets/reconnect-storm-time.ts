// A server with many connected pages is killed and started again: how long until they are back, and does it stand still? The proxy, and in
// the same rounds a bare `ws` that greets whoever comes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type LoadProcess, startLoadProcess } from "../processes/load-process.ts";
import { mintToken, SECRET } from "../processes/load-token.ts";
import { LOADING_CORE, MEASURED_CORE, monotonicMs } from "../processes/one-core.ts";
import { type MeasuredServer, startLoadedProxy, startProbedServer } from "../processes/proxy-process.ts";
import type { PagesReport } from "./reconnect-pages.ts";
import { hundredths, medianOf, percentileOf, rounded } from "../report/summary.ts";

const SOCKETS = Number(process.env.SOCKETS ?? 5000);
const ROUNDS = Number(process.env.ROUNDS ?? 2);

/** While the server is away its core is the pages' too. */
const CORES_OF_PAGES = [MEASURED_CORE, LOADING_CORE];
const PAGES_OF_EACH = Math.ceil(SOCKETS / CORES_OF_PAGES.length);

/** Longer than any return worth a figure. */
const WITHIN_MS = 40_000;

/** Starts a server at a port, with its records in a folder if it has any. */
type Start = (port: number, folder: string) => Promise<MeasuredServer>;

const startProxy: Start = (port, folder) =>
  startLoadedProxy({
    PORT: String(port),
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  });
const startBareWs: Start = (port) =>
  startProbedServer(new URL("greeting-ws-server.js", import.meta.url), { args: [String(port)] });

interface Storm {
  readonly startMs: number;
  readonly readyToBackP50Ms: number;
  readonly readyToBackP95Ms: number;
  readonly readyToBackMaxMs: number;
  readonly backWithin5sPercent: number;
  readonly back: number;
  readonly refusedForGood: number;
  readonly longestBlockMs: number;
  readonly pagesLatenessP99Ms: number;
}

const token = await mintToken();
const storms = { proxy: [] as Storm[], bareWs: [] as Storm[] };
for (let round = 0; round < ROUNDS; round += 1) {
  const ours = await storm(startProxy);
  storms.proxy.push(ours);
  // Away for as long: pages that have tried in vain for longer wait longer.
  storms.bareWs.push(await storm(startBareWs, ours.startMs));
}
const [proxy, bareWs] = [ofRounds(storms.proxy), ofRounds(storms.bareWs)];
console.log(
  JSON.stringify({
    sockets: PAGES_OF_EACH * CORES_OF_PAGES.length,
    rounds: ROUNDS,
    readyToBackOverBareWs: hundredths(proxy.readyToBackP95Ms / bareWs.readyToBackP95Ms),
    proxy,
    bareWs,
    raw: storms,
  }),
);

/** The server is started again after `awayMs` at the earliest. */
async function storm(start: Start, awayMs = 0): Promise<Storm> {
  const folder = await mkdtemp(join(tmpdir(), "reconnect-storm-"));
  let server = await start(0, folder);
  const { port } = server;
  const pages: LoadProcess[] = [];
  try {
    for (const core of CORES_OF_PAGES)
      pages.push(
        await startLoadProcess(new URL("reconnect-pages.ts", import.meta.url), core, port, token, PAGES_OF_EACH),
      );
    const killedAt = monotonicMs();
    server.process.kill("SIGKILL");
    await pause(awayMs);
    server = await start(port, folder);
    // By its own clock, because what this process hears of it may be late.
    const { time } = JSON.parse(server.readyLine) as { time: string };
    const readyAt = monotonicMs() - (Date.now() - Date.parse(time));
    await server.figures();

    const reports = await untilAllAreBack(pages, readyAt + WITHIN_MS);
    const { longestBlockMs } = await server.figures();
    const times = reports.flatMap(({ backAt }) => backAt).map((at) => at - readyAt);
    return {
      startMs: rounded(readyAt - killedAt),
      readyToBackP50Ms: rounded(percentileOf(times, 0.5)),
      readyToBackP95Ms: rounded(percentileOf(times, 0.95)),
      readyToBackMaxMs: rounded(Math.max(...times)),
      backWithin5sPercent: rounded(
        (100 * times.filter((took) => took <= 5000).length) / (PAGES_OF_EACH * CORES_OF_PAGES.length),
      ),
      back: times.length,
      refusedForGood: reports.reduce((sum, { refusedForGood }) => sum + refusedForGood, 0),
      longestBlockMs: rounded(longestBlockMs),
      pagesLatenessP99Ms: Math.max(...reports.map(({ latenessP99Ms }) => latenessP99Ms)),
    };
  } finally {
    for (const process of pages) await process.stop();
    server.process.kill("SIGKILL");
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

async function untilAllAreBack(pages: readonly LoadProcess[], givenUpAt: number): Promise<readonly PagesReport[]> {
  for (;;) {
    const reports = await Promise.all(pages.map((process) => process.ask<PagesReport>("report")));
    const isOver = reports.every(({ backAt, refusedForGood }) => backAt.length + refusedForGood === PAGES_OF_EACH);
    if (isOver || monotonicMs() > givenUpAt) return reports;
    await pause(500);
  }
}

function ofRounds(rounds: readonly Storm[]): Storm {
  const of = (figure: keyof Storm) => rounded(medianOf(rounds.map((round) => round[figure])));
  // No median may hide these.
  const worstOf = (figure: keyof Storm) => Math.max(...rounds.map((round) => round[figure]));
  return {
    startMs: of("startMs"),
    readyToBackP50Ms: of("readyToBackP50Ms"),
    readyToBackP95Ms: of("readyToBackP95Ms"),
    readyToBackMaxMs: of("readyToBackMaxMs"),
    backWithin5sPercent: of("backWithin5sPercent"),
    back: of("back"),
    refusedForGood: worstOf("refusedForGood"),
    longestBlockMs: worstOf("longestBlockMs"),
    pagesLatenessP99Ms: worstOf("pagesLatenessP99Ms"),
  };
}
