import type { CallReport, InterviewScript } from "openai-voice-simulator";
import { onTestFinished } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { pause } from "../../src/pause.ts";
import { safetyIdentifierOf } from "../../src/sessions/calls/safety-identifier.ts";
import { SECRETS } from "../doors/secrets.ts";
import { relayWith } from "../doors/sideband-relay.ts";
import { type ProxyUnderTest, startProxy, startTestSimulator } from "../doors/start-proxy.ts";
import { newRecordsFile, type RecordsFile } from "../records-file.ts";
import { createSteppingClock, type SteppingClock } from "../stepping-clock.ts";
import type { Walk } from "./random-walks.ts";
import { SidebandCuts } from "./sideband-cuts.ts";
import { UnreliableProvider } from "./unreliable-provider.ts";
import { Walker } from "./walker.ts";

/** The first process stops, and another begins, while many walk. */
const RESTART_AFTER_MS = 10_000;

/** By then every session has ended, and every call was hung up that can be. */
const AFTERMATH_MS = 300_000;

/** Everything that can end a session does so soon, and not much sooner than the others. */
const SETTINGS = {
  LOG_LEVEL: "debug",
  CONNECTIONS_PER_MINUTE: "1000000",
  HEARTBEAT_SECONDS: "3",
  IDLE_SECONDS: "8",
  MAX_SESSION_SECONDS: "24",
  BUDGET_SECONDS: "18",
  BUDGET_TOKENS: "450",
};

/** An interview that its interviewer ends. */
const line = { interviewer: "What else have you built since then?", candidate: "Engines, and some looms." };
const script: InterviewScript = {
  turns: [
    line,
    line,
    line,
    { interviewer: "Thank you. Goodbye.", tools: [{ name: "note" }, { name: "end_interview" }] },
  ],
};

/** A world in which walks are over. */
export interface Aftermath {
  readonly provider: UnreliableProvider;
  /** Calls that were left in the service when everything was done about them that can be. */
  readonly leftCalls: readonly CallReport[];
  /** Where the records are, which nobody uses any more. */
  readonly recordsUrl: string;
  readonly clock: SteppingClock;
  /** How many events the sidebands had for the proxy. */
  readonly events: number;
  /** Of the process whose records failed, and of the one whose records were sound. */
  readonly logLines: { readonly failing: readonly string[]; readonly sound: readonly string[] };
}

/**
 * Lets persons walk side by side, each by its walk, through a proxy that is stopped and started meanwhile; the records of
 * the first process fail now and then.
 */
export async function walkAmongFaults(walks: readonly Walk[]): Promise<Aftermath> {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  const provider = new UnreliableProvider(new Map(walks.map((walk, n) => [identifierOf(nameOf(n)), walk])));
  const cuts = new SidebandCuts(
    clock,
    walks.map((walk) => walk.cuts),
  );
  const simulator = await startTestSimulator({
    media: "none",
    wordsPerSecond: 10,
    script,
    clock,
    maxCalls: 10_000,
    maxLoggedEvents: 0,
  });
  onTestFinished(() => simulator.close());
  let events = 0;
  const baseUrl = await relayWith(
    (event, callId) => {
      events += 1;
      return cuts.meddle(event, callId);
    },
    (callId) => cuts.isAway(callId),
    {
      detourOf: (request, body) => provider.detourOf(request, body),
      losesClose: (callId) => provider.refusesEnd(callId),
    },
  )(simulator.baseUrl);
  const start = ({ url }: RecordsFile): Promise<ProxyUnderTest> =>
    startProxy({
      clock,
      provider: simulator,
      between: () => Promise.resolve(baseUrl),
      settings: { ...SETTINGS, DATABASE_URL: url },
    });

  let records = await newRecordsFile(clock);
  records.letWritesFail();
  let proxy = await start(records);
  const failing = proxy.logLines;
  const walking = walks.map((walk, n) => new Walker(nameOf(n), clock, () => proxy).walk(walk));
  await pause(clock, RESTART_AFTER_MS);
  await proxy.close();
  records = records.handOver();
  records.mendWrites();
  proxy = await start(records);
  await Promise.all(walking);
  await pause(clock, AFTERMATH_MS);
  const leftCalls = simulator.liveCalls();
  await proxy.close();
  await simulator.close();
  return {
    provider,
    leftCalls,
    recordsUrl: records.handOver().url,
    clock,
    events,
    logLines: { failing, sound: proxy.logLines },
  };
}

function nameOf(n: number): string {
  return `person-${n}`;
}

/** Under which the provider knows a person. */
export function identifierOf(person: string): string {
  return safetyIdentifierOf({ tenant: "default", person }, readConfig({ OPENAI_API_KEY: SECRETS.key }));
}
