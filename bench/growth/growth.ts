// What one session costs as records and sessions grow: the statements of an interview with so many others in the records, in SQLite and in
// Postgres; the plans of all statements; and memory and time of a live session with so many others in one proxy.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresRecords } from "../../fly-interview-hybrid/src/records/postgres/records.ts";
import type { Records } from "../../fly-interview-hybrid/src/records/records.ts";
import { openSqliteRecords } from "../../fly-interview-hybrid/src/records/sqlite/records.ts";
import { systemClock } from "../../fly-interview-hybrid/src/clock.ts";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { exponentOf } from "./growth-fit.ts";
import { growPostgres, growSqlite } from "./grown-records.ts";
import { measureLiveSessions } from "./live-session-growth.ts";
import { referenceLooks, type Scan, scansInPostgres, scansInSqlite } from "./query-plans.ts";
import { isPlanned, noteStatements, type PostgresStatements, type SqliteStatements } from "./noted-statements.ts";
import { callEveryMethod, holdInterview, readInterviews, sweep } from "./records-tour.ts";
import { hundredths, medianOf } from "../report/summary.ts";

const SIZES = (process.env.SIZES ?? "100,1000,10000,50000").split(",").map(Number);
const LIVE_SIZES = (process.env.LIVE_SIZES ?? "100,1000,10000,50000").split(",").map(Number);
/** Of each size, in turns; the first ones prepare statements and warm caches. */
const ROUNDS = Number(process.env.ROUNDS ?? 30);
const WARM_UPS = 5;

const endpointsOf = (): readonly string[] => ["https://platform.example/hook"];

/** Records with so many interviews, and how to look at the plans of what is asked of them. */
interface Store {
  readonly size: number;
  readonly records: Records;
  readonly scans: () => Promise<readonly Scan[]>;
}

interface Costs {
  readonly size: number;
  readonly interviewMs: number[];
  readonly readsMs: number[];
  readonly sweepMs: number[];
}

const closing: (() => Promise<unknown>)[] = [];
try {
  const asked = noteStatements();
  const sqlite = await measureStores(await openSqliteStores(asked.sqlite), asked.sqlite);
  const postgres = await measureStores(await openPostgresStores(asked.postgres), asked.postgres);
  const live = await measureLiveSessions(LIVE_SIZES);
  console.log(
    JSON.stringify({
      rounds: ROUNDS,
      sqlite: sqlite.figures,
      postgres: postgres.figures,
      live: {
        memoryExponent: exponentBy(live, ({ kibPerSession }) => kibPerSession),
        openingExponent: exponentBy(live, ({ openingCpuMs }) => openingCpuMs),
      },
      steps: [
        ...rowsOf("SQLite", sqlite.costs),
        ...rowsOf("Postgres", postgres.costs),
        ...live.map((level) => ({ of: "live sessions", ...level })),
      ],
      raw: { sqlite: sqlite.costs, postgres: postgres.costs, live },
    }),
  );
} finally {
  for (const close of closing.toReversed()) await close();
}

/** What is asked before they have grown, as when their tables are made, is no part of this. */
async function openSqliteStores(statements: SqliteStatements): Promise<readonly Store[]> {
  const folder = await mkdtemp(join(tmpdir(), "growth-"));
  closing.push(() => rm(folder, { recursive: true }));
  const stores: Store[] = [];
  for (const size of SIZES) {
    const path = join(folder, `${size}.db`);
    await (await openSqliteRecords(path, systemClock)).close();
    growSqlite(path, size);
    statements.clear();
    const records = await openSqliteRecords(path, systemClock, endpointsOf);
    closing.push(() => records.close());
    const scans = (): Promise<readonly Scan[]> =>
      Promise.resolve([...statements].flatMap(([query, file]) => (isPlanned(query) ? scansInSqlite(file, query) : [])));
    stores.push({ size, records, scans });
  }
  return stores;
}

async function openPostgresStores(statements: PostgresStatements): Promise<readonly Store[]> {
  const server = await startPostgres();
  closing.push(() => server.stop());
  const stores: Store[] = [];
  for (const size of SIZES) {
    const database = await server.createDatabase();
    const location = server.urlOf(database).replace(/^postgres:/, "");
    await (await openPostgresRecords(location, systemClock)).close();
    const client = await server.connect(database);
    closing.push(() => client.end());
    await client.query("set search_path to interview_proxy");
    await growPostgres(client, size);
    statements.clear();
    const records = await openPostgresRecords(location, systemClock, endpointsOf);
    closing.push(() => records.close());
    const scans = async (): Promise<readonly Scan[]> => {
      const found: Scan[] = [];
      const looks = (await referenceLooks(client)).map((query): [string, readonly unknown[]] => [query, ["none"]]);
      for (const [query, values] of [...statements, ...looks])
        if (isPlanned(query)) found.push(...(await scansInPostgres(client, query, values)));
      return found;
    };
    stores.push({ size, records, scans });
  }
  return stores;
}

async function measureStores(stores: readonly Store[], statements: SqliteStatements | PostgresStatements) {
  const costs: readonly Costs[] = stores.map(({ size }) => ({ size, interviewMs: [], readsMs: [], sweepMs: [] }));
  for (const { records } of stores) await records.beat({ address: null, draining: false });
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    for (const [place, { size, records }] of stores.entries()) {
      const index = Math.floor(((round + WARM_UPS) / (ROUNDS + WARM_UPS)) * size);
      const took = {
        interviewMs: await timeOf(() => holdInterview(records, String(round))),
        readsMs: await timeOf(() => readInterviews(records, size, index)),
        sweepMs: await timeOf(() => sweep(records)),
      };
      if (round < 0) continue;
      costs[place]?.interviewMs.push(took.interviewMs);
      costs[place]?.readsMs.push(took.readsMs);
      costs[place]?.sweepMs.push(took.sweepMs);
    }
  }
  const largest = stores.at(-1);
  if (largest === undefined) throw new Error("There is a size.");
  const uncalled = await callEveryMethod(largest.records);
  if (uncalled.length > 0)
    throw new Error(`Nobody has called ${uncalled.join(", ")}: add it to the tour of the records.`);
  const asked = [...statements.keys()].filter(isPlanned);
  const scans = await largest.scans();
  for (const { query, table } of scans) console.error(`Scans ${table}: ${query}`);
  const exponent = (figure: Exclude<keyof Costs, "size">) => exponentBy(costs, (cost) => medianOf(cost[figure]));
  const figures = {
    interviewExponent: exponent("interviewMs"),
    readsExponent: exponent("readsMs"),
    sweepExponent: exponent("sweepMs"),
    queries: asked.length,
    scans: scans.length,
    scanned: [...new Set(scans.map(({ table }) => table))].join(", ") || "none",
  };
  return { costs, figures };
}

function exponentBy<T extends { readonly size: number }>(levels: readonly T[], costOf: (level: T) => number): number {
  return hundredths(exponentOf(levels.map((level) => ({ size: level.size, cost: costOf(level) }))));
}

function rowsOf(of: string, costs: readonly Costs[]) {
  return costs.map(({ size, interviewMs, readsMs, sweepMs }) => ({
    of,
    size,
    interviewMs: hundredths(medianOf(interviewMs)),
    readsMs: hundredths(medianOf(readsMs)),
    sweepMs: hundredths(medianOf(sweepMs)),
  }));
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
