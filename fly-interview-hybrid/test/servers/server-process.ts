import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A server of the tests' own in a folder of its own; both are gone when it has stopped. */
export interface ServerProcess {
  readonly folder: string;
  /** Ends it at once, and leaves its folder as it is. */
  crash(): Promise<void>;
  /** Starts it again on its folder. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

interface ServerOptions {
  /** What is done in the folder before the server is started there. */
  readonly prepare?: (folder: string) => void;
  readonly command: (folder: string) => readonly [program: string, ...args: string[]];
  /** The line by which it says that it answers. */
  readonly ready: RegExp;
  /** Ends it at once. */
  readonly stopSignal: NodeJS.Signals;
}

export async function startServer({ prepare, command, ready, stopSignal }: ServerOptions): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), "proxy-server-"));
  const { uid, gid } = unprivileged();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  prepare?.(folder);
  const [program, ...args] = command(folder);
  let server = start();
  const end = (): void => void server.kill(stopSignal);
  process.once("exit", end);
  const crash = async (): Promise<void> => {
    const ended = once(server, "exit");
    if (server.exitCode !== null || server.signalCode !== null) return;
    end();
    await ended;
  };
  await saysReady(server, ready);
  return {
    folder,
    crash,
    async startAgain() {
      server = start();
      await saysReady(server, ready);
    },
    async stop() {
      process.off("exit", end);
      await crash();
      rmSync(folder, { recursive: true });
    },
  };

  function start() {
    return spawn(program, args, { cwd: folder, env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"], uid, gid });
  }
}

/** Runs a program to its end, as the user as whom servers run. */
export function runUnprivileged(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { env: ENVIRONMENT, encoding: "utf8", ...unprivileged() });
  if (status !== 0) throw new Error(`${program} ended with status ${status}: ${stderr}`);
}

/** Nothing of what the developer has set for servers of their own; English, for the lines that are waited for. */
const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: "C" };

/** Postgres refuses to run as root, which CI may be. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}

async function saysReady(server: ChildProcess & { stdout: Readable; stderr: Readable }, ready: RegExp): Promise<void> {
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (status) => reject(new Error(`The server ended with status ${status}: ${said.join("\n")}`)));
    for (const input of [server.stdout, server.stderr]) {
      createInterface({ input }).on("line", (line) => {
        // What it says later is not kept, only read, so that it never waits for a reader.
        if (said.push(line) > 100) said.shift();
        if (ready.test(line)) resolve();
      });
    }
  });
}
