import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server that runs as a process of its own and has said that it listens. */
export interface ServerProcess {
  readonly port: number;
  /** What it said when it was ready. */
  readonly readyLine: string;
  readonly process: ChildProcess;
  /** Tells it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** Longest wait for the ready line, in milliseconds. */
const READY_TIMEOUT_MS = 60_000;

/** A process that has not ended of itself by then is killed. In milliseconds. */
const STOP_TIMEOUT_MS = 5000;

/** How a script is started. */
export interface ServerProcessOptions {
  readonly arguments?: readonly string[];
  /** What comes before the script on the command line. With `--import` of a probe the two can exchange messages. */
  readonly nodeOptions?: readonly string[];
  /** All of the environment but PATH. */
  readonly environment?: Record<string, string>;
  /** The port, from a line of output that says it. Without it, from a JSON line with `msg` "ready" and the `port`. */
  readonly portIn?: (line: string) => number | undefined;
}

/** Starts a Node script and waits for the line that says its port. Rejects when it ends before that. */
export async function startServerProcess(script: URL, options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const { nodeOptions = [] } = options;
  const child = spawn(process.execPath, [...nodeOptions, fileURLToPath(script), ...(options.arguments ?? [])], {
    env: { PATH: process.env.PATH, ...options.environment },
    stdio: ["ignore", "pipe", "inherit", nodeOptions.length > 0 ? "ipc" : "ignore"],
  });
  try {
    const ready = await readinessOf(child, options.portIn ?? portInReadyLine);
    return { ...ready, process: child, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function readinessOf(
  { stdout }: ChildProcess,
  portIn: (line: string) => number | undefined,
): Promise<Pick<ServerProcess, "port" | "readyLine">> {
  return new Promise((resolve, reject) => {
    if (!stdout) return reject(new Error("The process has no standard output."));
    const fail = () => reject(new Error("The process did not say its port."));
    const timer = setTimeout(fail, READY_TIMEOUT_MS);
    const lines = createInterface({ input: stdout });
    lines.on("line", (line) => {
      const port = portIn(line);
      if (port !== undefined) resolve({ port, readyLine: line });
    });
    lines.once("close", () => {
      clearTimeout(timer);
      fail();
    });
  });
}

function portInReadyLine(line: string): number | undefined {
  const entry = JSON.parse(line) as { msg?: unknown; port?: unknown };
  return entry.msg === "ready" && typeof entry.port === "number" ? entry.port : undefined;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill();
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
