import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compareShapes } from "./canary/compare.ts";
import { readRecord, writeRecord } from "./canary/record.ts";
import { runCanary } from "./canary/run-canary.ts";
import { openStop } from "./canary/stop.ts";
import { holds, summaryOf, TABLE_HEAD, tableLines } from "./canary/table.ts";
import { systemClock } from "./clock.ts";
import { type Config, readConfig, SettingError, voiceModelOf } from "./config/config.ts";
import { readEnvironment } from "./config/environment.ts";
import { PROXY_DIRECTORY } from "./paths.ts";

// `npm run canary`: makes one call to the voice service of the settings, and checks that it keeps its contract.
const USAGE = `npm run canary -- [--seconds N] [--record FILE] [--compare FILE]
  Makes one call to the voice service that the settings name, and checks step by step that it does what the proxy relies
  on. The call is billed. Ends with 0 where all is as it should be, 1 where something is not, 2 where nothing was tried.
  --seconds: the call is hung up after this at the latest; 60 where not said.
  --record: where what was seen is written, as JSON; the setting CANARY_RECORD where not said.
  --compare: an earlier record; fields that came or went since then are a drift too.
`;

/** Longest wait for any one thing, in milliseconds. A call comes up in two seconds, and speaks in one more. */
const PATIENCE_MS = 10_000;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    record: { type: "string" },
    compare: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const environment = readEnvironment(join(PROXY_DIRECTORY, ".env"));
const print = (text: string): void => void process.stdout.write(text);
process.exitCode = values.help ? showUsage() : await main();

function showUsage(): number {
  print(USAGE);
  return 0;
}

async function main(): Promise<number> {
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= 600)) return fail("--seconds must be a number from 1 to 600.");
  const config = readSettings();
  if (config instanceof SettingError) return fail(config.message);
  const earlier = values.compare === undefined ? undefined : readRecord(fileOf(values.compare), config.VOICE_API);
  if (values.compare !== undefined && earlier === undefined)
    return fail(`--compare names no record of a canary with VOICE_API=${config.VOICE_API}.`);

  const provider = config.SIMULATION_MODE ? await simulate(config) : { config, close: async () => undefined };
  const stop = openStop(seconds, systemClock);
  try {
    const host = config.SIMULATION_MODE ? "simulator" : new URL(config.OPENAI_BASE_URL).host;
    print(`One call to ${host}, with ${voiceModelOf(config)}, of ${seconds} s at most.\n\n${TABLE_HEAD}`);
    const options = { config: provider.config, clock: systemClock, signal: stop.signal, patienceMs: PATIENCE_MS };
    const result = await runCanary({ ...options, onRow: (row) => print(tableLines(row)) });
    const rows = [...result.rows];
    if (earlier !== undefined) {
      rows.push(compareShapes(earlier, result.shapes));
      print(rows.slice(-1).map(tableLines).join(""));
    }
    const file = values.record === undefined ? resolve(PROXY_DIRECTORY, config.CANARY_RECORD) : fileOf(values.record);
    const subject = {
      at: new Date().toISOString(),
      api: config.VOICE_API,
      provider: host,
      model: voiceModelOf(config),
    };
    writeRecord(file, subject, { ...result, rows });
    print(`\n${summaryOf(rows)} Recorded in ${file}\n`);
    return holds(rows) ? 0 : 1;
  } finally {
    stop.close();
    await provider.close();
  }
}

/** The simulator and its native parts are loaded only where they are needed. */
async function simulate(config: Config): Promise<{ readonly config: Config; close(): Promise<void> }> {
  const { startSimulator } = await import("openai-voice-simulator");
  const key = `sk-simulator-${randomBytes(16).toString("hex")}`;
  const simulator = await startSimulator({ apiKeys: [key] });
  const real = {
    SIMULATION_MODE: false,
    ALLOW_SIMULATION: false,
    SIDEBAND_API_KEY: undefined,
    UPSTREAM_AUTH: "bearer",
  } as const;
  return {
    config: { ...config, ...real, OPENAI_API_KEY: key, OPENAI_BASE_URL: simulator.baseUrl },
    close: () => simulator.close(),
  };
}

function readSettings(): Config | SettingError {
  try {
    return readConfig(environment);
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}

/** npm runs the script in the proxy's folder, and says here where it was called. */
function fileOf(path: string): string {
  return resolve(environment["INIT_CWD"] ?? "", path);
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}
