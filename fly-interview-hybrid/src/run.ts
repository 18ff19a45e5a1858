import { join } from "node:path";
import closeWithGrace from "close-with-grace";
import type { Simulator, SimulatorOptions } from "openai-voice-simulator";
import { type App, buildApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import { type Config, hasTokenIssuer, readConfig, SettingError } from "./config/config.ts";
import { lendToOpenTelemetry, readEnvironment } from "./config/environment.ts";
import { createLog, type Logger } from "./ops/log.ts";
import { openStandardOutput } from "./ops/standard-output.ts";
import { PROXY_DIRECTORY } from "./paths.ts";

export interface RunOptions {
  /** Calls go to the simulator, whatever the settings say, and nothing is kept on disk. */
  readonly simulationOnly?: boolean;
  /** Port where the settings name none. */
  readonly defaultPort?: number;
  /** Only the real environment may name the port, not the `.env` file. */
  readonly ignoreEnvFilePort?: boolean;
}

/** Time for hang-ups and last words when the process is told to stop, in milliseconds. */
const GRACE_MS = 25_000;

/** The proxy as a process: settings, app, listening, and an orderly end. Returns the port it listens on. */
export async function run(options: RunOptions = {}): Promise<number> {
  const config = readSettings(options);
  const log = createLog(config.LOG_LEVEL, openStandardOutput());
  const { app, port } = await start(config, log);
  closeWithGrace({ delay: GRACE_MS, logger: false }, async ({ signal, err }) => {
    if (err !== undefined) log.fatal({ err }, "process failed");
    log.info({ signal }, "stopping");
    await app.close();
  });
  if (!hasTokenIssuer(config)) {
    log.warn(
      "neither JWT_SECRET nor JWT_JWKS_URL is set: only ?simulation=true and SERVICE_TOKEN get in; `npm run token` shows how to mint a token",
    );
  }
  return port;
}

function readSettings(options: RunOptions): Config {
  const ignore = options.ignoreEnvFilePort === true ? ["PORT"] : [];
  const environment = readEnvironment(join(PROXY_DIRECTORY, ".env"), { ignore });
  lendToOpenTelemetry(environment);
  try {
    return readConfig({
      ...environment,
      ...(options.defaultPort === undefined ? {} : { PORT: environment.PORT || String(options.defaultPort) }),
      ...(options.simulationOnly === true ? { SIMULATION_MODE: "true", DATABASE_URL: "file::memory:" } : {}),
    });
  } catch (error) {
    return failWith(error);
  }
}

async function start(config: Config, log: Logger): Promise<{ app: App; port: number }> {
  try {
    const app = await buildApp({ config, log, clock: systemClock, fetch, startSimulator });
    const port = await app.listen();
    log.info({ port, url: `http://localhost:${port}`, simulator: app.simulatorUrl }, "ready");
    return { app, port };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      return failWith(
        new SettingError(`PORT ${config.PORT} is in use by another program: stop it, or set PORT to a free one.`),
      );
    }
    return failWith(error);
  }
}

/** The simulator and its native parts are loaded only where they are needed. */
async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await import("openai-voice-simulator");
  return simulator.startSimulator(options);
}

/** Ends the process; a wrong setting takes one line, without a stack. */
function failWith(error: unknown): never {
  if (!(error instanceof SettingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
