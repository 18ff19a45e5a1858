import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startLoadProcess } from "../processes/load-process.ts";
import { SECRET } from "../processes/load-token.ts";
import { LOADING_CORE } from "../processes/one-core.ts";
import { type ProcessFigures, startMeasuredProxy } from "../processes/proxy-process.ts";
import { hundredths, rounded } from "../report/summary.ts";

/** What a session costs one process that has so many. */
export interface LiveLevel {
  readonly size: number;
  /** Heap and what belongs to it outside, after a collection of garbage. */
  readonly kibPerSession: number;
  /** Processor time of one more, with the socket that opens it. */
  readonly openingCpuMs: number;
  /** Of a core, while nothing happens. */
  readonly idleCpuPercent: number;
}

/** Sockets at once; the machine has too few descriptors for all. */
const PART = 1000;
/** The last ones of a level, of which the cost of one more is taken. */
const TIMED = 100;
const WARM_UP = 300;
const IDLE_SECONDS = 3;
const KIB = 1024;

/** Begins sessions in one proxy, whose pages leave at once, and looks at each of these sizes. */
export async function measureLiveSessions(sizes: readonly number[]): Promise<readonly LiveLevel[]> {
  const folder = await mkdtemp(join(tmpdir(), "live-sessions-"));
  const most = String(Math.max(...sizes) + WARM_UP + 1000);
  const proxy = await startMeasuredProxy({
    // Nothing is called; connections that wait for it go nowhere.
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    MAX_CONNECTIONS: most,
    MAX_SESSIONS: most,
  });
  const clients = await startLoadProcess(
    new URL("../sockets/idle-clients.ts", import.meta.url),
    LOADING_CORE,
    proxy.port,
    "session",
  );
  const begin = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += PART) {
      await clients.ask(`open ${Math.min(PART, count - done)}`);
      await clients.ask("close");
    }
  };
  try {
    await begin(WARM_UP);
    await pause(1000);
    const before = await proxy.figures("collect");
    const levels: LiveLevel[] = [];
    let sessions = 0;
    for (const size of sizes) {
      await begin(size - sessions - TIMED);
      sessions = size;
      const opening = await proxy.figures();
      await begin(TIMED);
      const opened = await proxy.figures();
      await pause(1000);
      const resting = await proxy.figures("collect");
      await pause(IDLE_SECONDS * 1000);
      const rested = await proxy.figures();
      const bytesOf = ({ heapUsed, external }: ProcessFigures) => heapUsed + external;
      levels.push({
        size,
        kibPerSession: rounded((bytesOf(resting) - bytesOf(before)) / size / KIB),
        openingCpuMs: hundredths((opened.cpuMs - opening.cpuMs) / TIMED),
        idleCpuPercent: rounded((rested.cpuMs - resting.cpuMs) / IDLE_SECONDS / 10),
      });
      console.error(JSON.stringify(levels.at(-1)));
    }
    return levels;
  } finally {
    await clients.stop();
    proxy.process.kill("SIGKILL");
    await proxy.stop();
    await rm(folder, { recursive: true });
  }
}
