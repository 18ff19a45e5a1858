// What interviews cost the stores that machines share: transactions, log and processor time of Postgres for each turn and each
// beginning, and commands of Redis. docs/scaling.md reckons with these figures.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Client } from "pg";
import { startRedis } from "../../fly-interview-hybrid/test/servers/redis-server.ts";
import { startRelay } from "../../fly-interview-hybrid/test/servers/relay.ts";
import { WORDS_PER_SECOND } from "../supervision/interview-of.ts";
import { ReturningPage } from "./returning-page.ts";
import { startSharedMachines } from "./shared-machines.ts";
import { rounded } from "../report/summary.ts";
import { inBatches } from "../supervision/supervised-load.ts";

const SESSIONS = Number(process.env.SESSIONS ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 15);

const COUNTERS = `select
  (select xact_commit from pg_stat_database where datname = current_database())::float as transactions,
  pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float as "walBytes",
  (select count(*) from interview_proxy.turns)::float as turns`;

const redisServer = await startRedis();
const relay = await startRelay(redisServer.socket);
const redis = new Redis(redisServer.socket);
const shared = await startSharedMachines({ REDIS_URL: `redis://127.0.0.1:${relay.port}` }, WORDS_PER_SECOND);
const database = await shared.connect();
const pages: ReturningPage[] = [];
try {
  const { port } = await shared.start();
  // What a machine costs that does nothing but live.
  const idle = await costsOf(() => pause(5000));
  const perSecondIdle = idle.transactions / 5;

  const opening = await costsOf(() =>
    inBatches(SESSIONS, async (index) => {
      const page = await ReturningPage.open(() => [port], shared.token, index);
      pages[index] = page;
      await page.call();
    }),
  );
  const talking = await costsOf(() => pause(SECONDS * 1000));
  const each = (costs: Costs, count: number, name: "transactions" | "cpuMs" | "walBytes") =>
    rounded((costs[name] - (name === "transactions" ? perSecondIdle * costs.seconds : 0)) / count);
  console.log(
    JSON.stringify({
      sessions: SESSIONS,
      turns: talking.turns,
      idleMachine: { transactionsPerSecond: rounded(perSecondIdle) },
      eachBeginning: {
        transactions: each(opening, SESSIONS, "transactions"),
        postgresCpuMs: each(opening, SESSIONS, "cpuMs"),
        walBytes: Math.round(each(opening, SESSIONS, "walBytes")),
        redisCommands: rounded(opening.redisCommands / SESSIONS),
      },
      eachTurn: {
        transactions: each(talking, talking.turns, "transactions"),
        postgresCpuMs: each(talking, talking.turns, "cpuMs"),
        walBytes: Math.round(each(talking, talking.turns, "walBytes")),
        redisCommands: rounded(talking.redisCommands / talking.turns),
      },
    }),
  );
} finally {
  for (const page of pages) page.close();
  await database.end();
  await shared.stop();
  redis.disconnect();
  await relay.close();
  await redisServer.stop();
}

interface Costs {
  readonly seconds: number;
  readonly transactions: number;
  readonly walBytes: number;
  readonly cpuMs: number;
  readonly turns: number;
  readonly redisCommands: number;
}

/** What happens in the stores while something goes on. */
async function costsOf(work: () => Promise<void>): Promise<Costs> {
  const before = await countersOf(database);
  await work();
  const after = await countersOf(database);
  const difference = (name: keyof Costs) => after[name] - before[name];
  return {
    seconds: difference("seconds"),
    transactions: difference("transactions"),
    walBytes: difference("walBytes"),
    cpuMs: difference("cpuMs"),
    turns: difference("turns"),
    redisCommands: difference("redisCommands"),
  };
}

async function countersOf(client: Client): Promise<Costs> {
  // Backends tell their counts about once a second.
  await pause(1500);
  const { rows } = await client.query<{ transactions: number; walBytes: number; turns: number }>(COUNTERS);
  const [row] = rows;
  if (row === undefined) throw new Error("Postgres does not tell its counters.");
  const info = /total_commands_processed:(\d+)/.exec(await redis.info("stats"));
  return { ...row, seconds: performance.now() / 1000, cpuMs: cpuOfPostgresMs(), redisCommands: Number(info?.[1]) };
}

/** Of all processes of that name (proc(5)): on a machine where another Postgres works, figures are too high. */
function cpuOfPostgresMs(): number {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.reduce((sum, id) => sum + cpuMsOf(id), 0);
}

/** Fields 14 and 15 are ticks of 10 ms in user and kernel mode. */
function cpuMsOf(id: string): number {
  try {
    const [, name, rest = ""] = /^\d+ \((.*)\) (.*)$/.exec(readFileSync(`/proc/${id}/stat`, "utf8").trim()) ?? [];
    const fields = rest.split(" ");
    return name === "postgres" ? (Number(fields[11]) + Number(fields[12])) * 10 : 0;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
