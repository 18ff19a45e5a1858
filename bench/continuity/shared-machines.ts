import type { Client } from "pg";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { LOAD_EXCHANGES, type SpokenTurn } from "../supervision/interview-of.ts";
import { keptTranscript } from "../supervision/kept-transcript.ts";
import { type LoadProcess, startLoadProcess } from "../processes/load-process.ts";
import { mintToken, SECRET } from "../processes/load-token.ts";
import { LOADING_CORE } from "../processes/one-core.ts";
import { type MeasuredServer, startLoadedProxy } from "../processes/proxy-process.ts";
import type { ReturningPage } from "./returning-page.ts";
import type { SimulatorReport } from "../supervision/supervision-simulator.ts";

/** As people speak. */
const SPOKEN_WORDS_PER_SECOND = 2.7;

/** Several proxies as one service: a Postgres of its own, and one simulator as their voice service. */
export interface SharedMachines {
  readonly simulator: LoadProcess;
  /** Lets a page in at any of them. */
  readonly token: string;
  start(): Promise<MeasuredServer>;
  /** The transcript of a session, from any machine. */
  transcriptOf(machine: MeasuredServer, page: ReturningPage): Promise<readonly SpokenTurn[]>;
  /** A connection of the caller's own to the database; the caller ends it. */
  connect(): Promise<Client>;
  stop(): Promise<void>;
}

/** `wordsPerSecond`: how fast the interviews are held. */
export async function startSharedMachines(
  settings: Record<string, string> = {},
  wordsPerSecond = SPOKEN_WORDS_PER_SECOND,
): Promise<SharedMachines> {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const simulator = await startLoadProcess(
    new URL("../supervision/supervision-simulator.ts", import.meta.url),
    LOADING_CORE,
    LOAD_EXCHANGES,
    wordsPerSecond,
  );
  const token = await mintToken();
  const machines: MeasuredServer[] = [];
  return {
    simulator,
    token,
    async start() {
      const machine = await startLoadedProxy({
        INTERNAL_HOST: "127.0.0.1",
        OPENAI_BASE_URL: simulator.greeting,
        JWT_SECRET: SECRET,
        DATABASE_URL: postgres.urlOf(database),
        ...settings,
      });
      machines.push(machine);
      return machine;
    },
    transcriptOf: ({ port }, { sessionId }) => keptTranscript(port, sessionId, token),
    connect: () => postgres.connect(database),
    async stop() {
      for (const machine of machines) await machine.stop();
      await simulator.stop();
      await postgres.stop();
    },
  };
}

/** How transcripts differ from what was said until a report. */
export interface TurnFigures {
  readonly turns: number;
  /** Said, and neither in the transcript nor declared as missing there. */
  readonly lost: number;
  readonly declaredMissing: number;
  readonly doubled: number;
}

/** Compares the transcripts of pages, by the index of their offers, with what the simulator said. */
export async function compareWithSaid(
  { transcriptOf }: Pick<SharedMachines, "transcriptOf">,
  machine: MeasuredServer,
  pages: readonly ReturningPage[],
  { said }: SimulatorReport,
): Promise<TurnFigures> {
  let [turns, lost, declaredMissing, doubled] = [0, 0, 0, 0];
  for (const [index, page] of pages.entries()) {
    const kept = await transcriptOf(machine, page);
    const gaps = kept.filter(({ status }) => status === "gap").length;
    const texts = kept.flatMap(({ role, text, status }) => (status === "gap" ? [] : [`${role}: ${text}`]));
    const distinct = new Set(texts);
    const missing = (said[index] ?? []).filter(({ role, text }) => !distinct.has(`${role}: ${text}`)).length;
    turns += kept.length;
    lost += Math.max(0, missing - gaps);
    declaredMissing += Math.min(missing, gaps);
    doubled += texts.length - distinct.size;
  }
  return { turns, lost, declaredMissing, doubled };
}
