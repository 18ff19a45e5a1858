// What the proxy adds to the time of a connect: through its doors, and in the same rounds straight to the voice service, through a
// bare pass-through and through nginx. The voice service answers after a fixed delay; each connect brings a token of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectLoad, ConnectTimes } from "./connect-load.ts";
import { startLoadProcess } from "../processes/load-process.ts";
import { SECRET } from "../processes/load-token.ts";
import { startKeyAddingNginx } from "../processes/nginx-process.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { startMeasuredProxy } from "../processes/proxy-process.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { hundredths, medianRatio, percentileOf } from "../report/summary.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 1);
/** Where there is a goal. */
const GOAL_ROUNDS = Number(process.env.GOAL_ROUNDS ?? 7);
const SECONDS = Number(process.env.SECONDS ?? 0.4);
/** A measurement takes so many times the delay at least, for each caller to connect some times. */
const LEAST_DELAYS = 5;
/** So many are enough, and every session is ended afterwards. */
const MOST = Number(process.env.MOST ?? 800);
const UPSTREAM_MS = [0, 150];
const CONCURRENCIES = (process.env.CONCURRENCIES ?? "1,16,64,256").split(",").map(Number);
/** Connects through each before anything is timed: what runs often is compiled by then. */
const WARM_UP = Number(process.env.WARM_UP ?? 3000);
/** The pass-through still gets faster for so many times as many (measured), and these take a moment. */
const WARM_UPS_OF_PASS_THROUGH = 5;

interface Way {
  readonly name: string;
  readonly door: ConnectLoad["door"];
  readonly port: number;
}

/** What all ways are measured with, in turn. */
interface Place {
  readonly upstreamMs: number;
  readonly concurrency: number;
  readonly rounds: number;
}

interface Cell {
  readonly upstreamMs: number;
  readonly concurrency: number;
  readonly through: string;
  readonly timesMs: number[];
  readonly fromOpeningMs: number[];
  /** Of each round. */
  readonly mediansMs: number[];
  readonly latenessMs: number[];
  failed: number;
}

const closing: (() => Promise<unknown>)[] = [];
const opened = <T>(thing: T, close: (thing: T) => Promise<unknown>): T => {
  closing.push(() => close(thing));
  return thing;
};
try {
  const folder = opened(await mkdtemp(join(tmpdir(), "added-connect-")), (path) => rm(path, { recursive: true }));
  const stop = (process: { stop(): Promise<void> }) => process.stop();
  const upstream = opened(
    await startLoadProcess(new URL("fixed-delay-upstream.ts", import.meta.url), LOADING_CORE),
    stop,
  );
  const upstreamPort = Number(upstream.greeting);
  const bare = opened(
    await startServerProcess(new URL("pass-through.js", import.meta.url), {
      arguments: [`http://127.0.0.1:${upstreamPort}`],
    }),
    stop,
  );
  keepOnCore(MEASURED_CORE, bare.process.pid);
  const nginx = opened(await startKeyAddingNginx(MEASURED_CORE, upstreamPort), stop);
  const proxy = opened(
    await startMeasuredProxy({
      OPENAI_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
      JWT_SECRET: SECRET,
      DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    }),
    stop,
  );
  const load = opened(await startLoadProcess(new URL("connect-load.ts", import.meta.url), LOADING_CORE), stop);
  const ways: readonly Way[] = [
    { name: "direct", door: "create", port: upstreamPort },
    { name: "passThrough", door: "create", port: bare.port },
    { name: "nginx", door: "create", port: nginx.port },
    { name: "proxyHttp", door: "exchange", port: proxy.port },
    { name: "proxySocket", door: "socket", port: proxy.port },
  ];
  const measure = async (way: Way, rest: Omit<ConnectLoad, "door" | "port">) => {
    const found = await load.ask<ConnectTimes>(JSON.stringify({ ...rest, door: way.door, port: way.port }));
    await load.ask("end");
    if (found.failure !== undefined) console.error(`${way.name}: ${found.failed} failed, the first: ${found.failure}`);
    return found;
  };
  for (const way of ways) {
    const connects = way.name === "passThrough" ? WARM_UP * WARM_UPS_OF_PASS_THROUGH : WARM_UP;
    await warmUp(connects, (most) => measure(way, { concurrency: 16, seconds: 60, most, spreadMs: 0 }));
  }

  const cells: Cell[] = [];
  let upstreamLatenessMs = 0;
  for (const { upstreamMs, concurrency, rounds } of places()) {
    console.error(`${concurrency} at once, ${upstreamMs} ms.`);
    await upstream.ask(`delay ${upstreamMs}`);
    const seconds = Math.max(SECONDS, (LEAST_DELAYS * upstreamMs) / 1000);
    const measured = ways.map((way) => ({ way, cell: emptyCell(upstreamMs, concurrency, way.name) }));
    cells.push(...measured.map(({ cell }) => cell));
    for (let round = 0; round < rounds; round += 1) {
      for (const { way, cell } of round % 2 === 0 ? measured : measured.toReversed()) {
        const found = await measure(way, { concurrency, seconds, most: MOST, spreadMs: upstreamMs });
        upstreamLatenessMs = Math.max(upstreamLatenessMs, await upstream.ask<number>("report"));
        cell.timesMs.push(...found.timesMs);
        cell.fromOpeningMs.push(...found.fromOpeningMs);
        cell.mediansMs.push(percentileOf(found.timesMs, 0.5));
        cell.latenessMs.push(found.latenessP99Ms);
        cell.failed += found.failed;
      }
    }
  }
  console.log(JSON.stringify({ ...figuresOf(cells, upstreamLatenessMs), raw: cells.map(distributionOf) }));
} finally {
  for (const close of closing.toReversed()) await close();
}

/** One after the other: after rounds of 256 callers the pass-through's median with one went from 0.56 to 0.84 ms. */
function places(): readonly Place[] {
  return UPSTREAM_MS.flatMap((upstreamMs) =>
    CONCURRENCIES.map((concurrency) => {
      const hasGoal = (upstreamMs === 0 && concurrency === 1) || (upstreamMs === 150 && concurrency === 64);
      return { upstreamMs, concurrency, rounds: hasGoal ? GOAL_ROUNDS : ROUNDS };
    }),
  );
}

function emptyCell(upstreamMs: number, concurrency: number, through: string): Cell {
  const lists = { timesMs: [], fromOpeningMs: [], mediansMs: [], latenessMs: [] };
  return { upstreamMs, concurrency, through, ...lists, failed: 0 };
}

/** All times would be a hundred thousand: each hundredth of them is kept. */
function distributionOf({ upstreamMs, concurrency, through, timesMs, mediansMs }: Cell) {
  const hundredthsMs = Array.from({ length: 101 }, (_, share) => hundredths(percentileOf(timesMs, share / 100)));
  return {
    upstreamMs,
    concurrency,
    through,
    connects: timesMs.length,
    mediansMs: mediansMs.map(hundredths),
    hundredthsMs,
  };
}

/** In parts, so that no more sessions run at once than in what is measured. */
async function warmUp(connects: number, measure: (most: number) => Promise<ConnectTimes>): Promise<void> {
  for (let done = 0; done < connects; done += MOST) await measure(Math.min(MOST, connects - done));
}

function figuresOf(cells: readonly Cell[], upstreamLatenessMs: number) {
  const directOf = ({ upstreamMs, concurrency }: Cell) =>
    cells.find(
      (cell) => cell.through === "direct" && cell.upstreamMs === upstreamMs && cell.concurrency === concurrency,
    );
  const added = (cell: Cell, share: number) =>
    hundredths(percentileOf(cell.timesMs, share) - percentileOf(directOf(cell)?.timesMs ?? [], share));
  const byName = (upstreamMs: number, concurrency: number, figure: (cell: Cell) => number) =>
    Object.fromEntries(
      cells
        .filter((cell) => cell.upstreamMs === upstreamMs && cell.concurrency === concurrency)
        .flatMap((cell) => (cell.through === "direct" ? [] : [[cell.through, figure(cell)]])),
    );
  const passedThrough = cells.find(
    (cell) => cell.through === "passThrough" && cell.upstreamMs === 0 && cell.concurrency === 1,
  );
  const overPassThrough = ({ mediansMs }: Cell) => medianRatio(mediansMs, passedThrough?.mediansMs ?? []);
  return {
    rounds: ROUNDS,
    goalRounds: GOAL_ROUNDS,
    addedP50MsAtOne: byName(0, 1, (cell) => added(cell, 0.5)),
    addedP99MsAt64: byName(150, 64, (cell) => added(cell, 0.99)),
    overPassThroughAtOne: byName(0, 1, overPassThrough),
    upstreamLatenessP99Ms: upstreamLatenessMs,
    cells: cells.map((cell) => ({
      upstreamMs: cell.upstreamMs,
      concurrency: cell.concurrency,
      through: cell.through,
      connects: cell.timesMs.length,
      failed: cell.failed,
      p50Ms: hundredths(percentileOf(cell.timesMs, 0.5)),
      p50OfRoundsMs: cell.mediansMs.map(hundredths).join(", "),
      p99Ms: hundredths(percentileOf(cell.timesMs, 0.99)),
      addedP50Ms: added(cell, 0.5),
      addedP99Ms: added(cell, 0.99),
      ...(cell.fromOpeningMs.length === 0
        ? {}
        : { fromOpeningP50Ms: hundredths(percentileOf(cell.fromOpeningMs, 0.5)) }),
      loadLatenessP99Ms: Math.max(...cell.latenessMs),
    })),
  };
}
