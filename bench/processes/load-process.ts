import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { keepOnCore } from "./one-core.ts";

/** A script that runs as a process of its own, and has said something once it was ready. */
export interface LoadProcess {
  /** What it said. */
  readonly greeting: string;
  tell(message: string): void;
  /** Sends a message and resolves with the answer. */
  ask<T>(message: string): Promise<T>;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** Starts `script` on a core. */
export async function startLoadProcess(
  script: URL,
  core: number,
  ...args: readonly (string | number)[]
): Promise<LoadProcess> {
  const child = fork(fileURLToPath(script), args.map(String));
  keepOnCore(core, child.pid);
  const [greeting] = (await once(child, "message")) as [string];
  return {
    greeting,
    tell: (message) => void child.send(message),
    ask: (message) => ask(child, message),
    async stop() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

/** Sends a process a message and resolves with its next one. */
export async function ask<T>(child: ChildProcess, message: string): Promise<T> {
  child.send(message);
  const [answer] = (await once(child, "message")) as [T];
  return answer;
}
