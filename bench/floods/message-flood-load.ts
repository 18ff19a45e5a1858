// What a flood of messages from one address does to everybody else: the pages of others connect beside it, and interviews run.
// The voice service answers at once. Control: the same flood, sent to a bare WebSocket server on the proxy's core, so that what
// flood and machine add by themselves is known.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "openai-voice-simulator";
import { type LoadProcess, startLoadProcess } from "../processes/load-process.ts";
import { freshToken, mintToken, SECRET } from "../processes/load-token.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { beginInterview, type Interview, pacedConnects, type Page } from "./paced-connects.ts";
import { underFlood } from "./under-flood.ts";
import { startMeasuredProxy } from "../processes/proxy-process.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { hundredths, percentiles, rounded } from "../report/summary.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 10);
const CONNECTS_PER_SECOND = 28;
const RUNNING = 20;
const MESSAGES_PER_SECOND = 10_000;
/** As many as let each stay within what one socket may send. */
const SOCKETS = 200;

interface Flood {
  readonly sent: number;
  readonly answered: number;
  readonly refused: number;
  readonly closed: number;
  readonly offered: number;
  readonly seconds: number;
}

const folder = await mkdtemp(join(tmpdir(), "message-flood-"));
/** Interviews that are not over before the benchmark is. */
const line = { interviewer: "What else have you built since then?", candidate: "Engines, and some looms." };
const script = { turns: Array.from({ length: 500 }, () => line) };
const simulator = await startSimulator({ media: "none", script });
const bare = await startServerProcess(new URL("../sockets/bare-ws-server.js", import.meta.url), { arguments: ["20"] });
keepOnCore(MEASURED_CORE, bare.process.pid);
const proxy = await startMeasuredProxy({
  JWT_SECRET: SECRET,
  OPENAI_BASE_URL: simulator.baseUrl,
  DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  TRUST_PROXY: "1",
  CONNECTIONS_PER_MINUTE: "300",
});
try {
  let pages = 0;
  // An address for each, so that nobody but the flood comes too often.
  const newPage = (): Page => ({ token: freshToken(), address: `10.0.${++pages >> 8}.${pages & 255}` });
  const connects = (seconds: number): Promise<number[]> =>
    pacedConnects(proxy.port, { count: seconds * CONNECTS_PER_SECOND, perSecond: CONNECTS_PER_SECOND }, newPage);
  const flooder = await mintToken();
  const interviews = await Promise.all(Array.from({ length: RUNNING }, () => beginInterview(proxy.port, newPage())));
  const disturbed = watchOver(interviews);
  const times = { alone: [] as number[], floodElsewhere: [] as number[], besideFlood: [] as number[] };
  const floods: Flood[] = [];
  const cpuMs = { alone: 0, besideFlood: 0 };
  await connects(2);
  for (let round = 0; round < ROUNDS; round++) {
    const began = await proxy.figures();
    times.alone.push(...(await connects(SECONDS)));
    cpuMs.alone += (await proxy.figures()).cpuMs - began.cpuMs;
    times.floodElsewhere.push(
      ...(await underFlood<Flood>(await startFlood(bare.port, flooder), () => connects(SECONDS))).times,
    );
    const before = await proxy.figures();
    const here = await underFlood<Flood>(await startFlood(proxy.port, flooder), () => connects(SECONDS));
    cpuMs.besideFlood += (await proxy.figures()).cpuMs - before.cpuMs;
    times.besideFlood.push(...here.times);
    floods.push(here.flood);
  }
  const total = (of: keyof Flood): number => floods.reduce((sum, flood) => sum + flood[of], 0);
  const [alone, floodElsewhere, besideFlood] = [times.alone, times.floodElsewhere, times.besideFlood].map(percentiles);
  if (!alone || !floodElsewhere || !besideFlood) throw new Error("There are three series.");
  console.log(
    JSON.stringify({
      rounds: ROUNDS,
      connects: times.besideFlood.length,
      floodOfferedPerSecond: Math.round(total("offered") / total("seconds")),
      floodSentPerSecond: Math.round(total("sent") / total("seconds")),
      floodAnsweredPerSecond: Math.round(total("answered") / total("seconds")),
      floodSocketsClosed: total("closed"),
      runningInterviews: RUNNING,
      disturbedInterviews: disturbed.size,
      coreShareAlone: hundredths(cpuMs.alone / 1000 / SECONDS / ROUNDS),
      coreShareBesideFlood: hundredths(cpuMs.besideFlood / 1000 / SECONDS / ROUNDS),
      alone,
      floodElsewhere,
      besideFlood,
      besideFloodOverAloneP99: rounded(besideFlood.p99Ms / alone.p99Ms),
      floodElsewhereOverAloneP99: rounded(floodElsewhere.p99Ms / alone.p99Ms),
    }),
  );
  for (const { socket } of interviews) socket.terminate();
} finally {
  await proxy.stop();
  await bare.stop();
  await simulator.close();
  await rm(folder, { recursive: true });
}

/** The interviews that are told of an error or an end, or lose their socket. */
function watchOver(interviews: readonly Interview[]): ReadonlySet<Interview> {
  const disturbed = new Set<Interview>();
  for (const interview of interviews) {
    interview.socket.on("close", () => disturbed.add(interview));
    interview.socket.on("message", (data: Buffer) => {
      const { type } = JSON.parse(data.toString("utf8")) as { type: string };
      if (["error", "ended", "reoffer"].includes(type)) disturbed.add(interview);
    });
  }
  return disturbed;
}

function startFlood(port: number, token: string): Promise<LoadProcess> {
  const generator = new URL("message-flood.ts", import.meta.url);
  return startLoadProcess(generator, LOADING_CORE, port, token, MESSAGES_PER_SECOND, SOCKETS);
}
