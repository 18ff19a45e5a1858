import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LOAD_EXCHANGES, type SpokenTurn } from "./interview-of.ts";
import { keptTranscript } from "./kept-transcript.ts";
import { type LoadProcess, startLoadProcess } from "../processes/load-process.ts";
import { mintToken, SECRET } from "../processes/load-token.ts";
import { keepOnCore, LOADING_CORE, monotonicMs } from "../processes/one-core.ts";
import { type MeasuredServer, startMeasuredProxy } from "../processes/proxy-process.ts";
import { SupervisedCaller } from "./supervised-caller.ts";
import type { SimulatorReport } from "./supervision-simulator.ts";

const SIMULATOR = new URL("supervision-simulator.ts", import.meta.url);

/** More at once would measure the set-up of calls, not the calls. */
const SET_UP_AT_ONCE = 8;

/** Longer than any delay worth a figure. */
const LAST_TURNS_WITHIN_MS = 30_000;

/** The proxy in a process of its own, with a simulator in another one as its voice service, and callers in this one. */
export interface SupervisedLoad {
  readonly proxy: MeasuredServer;
  readonly simulator: LoadProcess;
  /** Opens so many more sessions, without calls. */
  open(count: number): Promise<readonly SupervisedCaller[]>;
  /** The transcript of a session as it is in the records. */
  transcriptOf(caller: SupervisedCaller): Promise<readonly SpokenTurn[]>;
  /** Ends all of it. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  /** Script of the voice service, and the first of its arguments; by default the simulator's. */
  readonly voiceService?: readonly [script: URL, argument: string];
  /** Questions of each interview; by default more than are asked in any run. */
  readonly exchanges?: number;
  /** What follows on the command line of the simulator. */
  readonly simulator?: readonly (string | number)[];
  /** Settings of the proxy. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startSupervisedLoad(options: LoadOptions = {}): Promise<SupervisedLoad> {
  const { exchanges = LOAD_EXCHANGES, simulator: simulatorArguments = [], settings = {} } = options;
  const [script, argument] = options.voiceService ?? [SIMULATOR, exchanges];
  keepOnCore(LOADING_CORE, process.pid);
  const folder = await mkdtemp(join(tmpdir(), "supervised-load-"));
  const simulator = await startLoadProcess(script, LOADING_CORE, argument, ...simulatorArguments);
  const proxy = await startMeasuredProxy({
    OPENAI_BASE_URL: simulator.greeting,
    JWT_SECRET: SECRET,
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    ...settings,
  });
  const token = await mintToken();
  const callers: SupervisedCaller[] = [];
  return {
    proxy,
    simulator,
    async open(count) {
      const first = callers.length;
      await inBatches(count, async (index) => {
        callers[first + index] = await SupervisedCaller.open(proxy.port, token, first + index);
      });
      return callers.slice(first);
    },
    transcriptOf: ({ sessionId }) => keptTranscript(proxy.port, sessionId, token),
    async stop() {
      for (const caller of callers) caller.close();
      await proxy.stop();
      await simulator.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Acts for every index below `count`, a few at a time. */
export async function inBatches(count: number, act: (index: number) => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += SET_UP_AT_ONCE) {
    const size = Math.min(SET_UP_AT_ONCE, count - done);
    await Promise.all(Array.from({ length: size }, (_, offset) => act(done + offset)));
  }
}

/** How what is in the records differs from what was said. */
export interface Differences {
  readonly turns: number;
  /** Turns that were final and are not there. */
  readonly lost: number;
  readonly doubled: number;
  /** Turns that are not as they were said, or not in their place. */
  readonly altered: number;
}

/** Compares every transcript with what the simulator said until its report, which is waited for as long as may be. */
export async function compareTranscripts(
  load: SupervisedLoad,
  callers: readonly SupervisedCaller[],
  { said }: Pick<SimulatorReport, "said">,
): Promise<Differences> {
  const isTold = ({ announcedAt }: SupervisedCaller, index: number) => announcedAt.length >= (said[index]?.length ?? 0);
  const givenUpAt = monotonicMs() + LAST_TURNS_WITHIN_MS;
  while (!callers.every(isTold) && monotonicMs() < givenUpAt) await pause(100);
  let [turns, lost, doubled, altered] = [0, 0, 0, 0];
  await inBatches(callers.length, async (index) => {
    const caller = callers[index];
    const kept = caller === undefined ? [] : (await load.transcriptOf(caller)).map(toText);
    const spoken = (said[index] ?? []).map(toText);
    const distinct = new Set(kept);
    turns += kept.length;
    lost += spoken.filter((turn) => !distinct.has(turn)).length;
    doubled += kept.length - distinct.size;
    // What was said since the report is not known.
    altered += spoken.filter((turn, place) => place < kept.length && turn !== kept[place]).length;
  });
  return { turns, lost, doubled, altered };
}

function toText({ role, text }: SpokenTurn): string {
  return `${role}: ${text}`;
}
