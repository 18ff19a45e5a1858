import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import { userEnvironment } from "./user-environment.ts";

/** A command line that was started as a user would in a terminal. */
export interface RunningCommand {
  /** Everything printed so far, on both streams. */
  output(): string;
  /** Resolves once `ready` says true; asked again at each output. Rejects with the output when the command ends first. */
  until(ready: () => Promise<boolean>): Promise<void>;
  /** Sends what Ctrl-C sends, and waits until the command and all that it started are gone. */
  interrupt(): Promise<void>;
  /** Kills it and all that it started, as a crash would. */
  kill(): Promise<void>;
  /** Waits for the end of the command. Rejects with the output unless it succeeded. */
  success(): Promise<void>;
}

/** Starts a command line. Whatever of it is left at the end of the test is killed. */
export function startCommand(line: string, cwd: string, env: Record<string, string> = {}): RunningCommand {
  // Detached, it leads a process group of its own, as a command in a terminal does.
  const child = spawn("sh", ["-c", line], { cwd, detached: true, env: { ...userEnvironment(), ...env } });
  const changes = new EventEmitter();
  let output = "";
  let chunks = 0;
  let ended = false;

  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      chunks += 1;
      changes.emit("change");
    });
  }
  // `close` comes when the last process that holds the output is gone, not only the first one.
  const closed = once(child, "close").then(([code]) => {
    ended = true;
    changes.emit("change");
    return code as number | null;
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (!ended && child.pid !== undefined) process.kill(-child.pid, signal);
  };
  onTestFinished(async () => {
    signalGroup("SIGKILL");
    await closed;
  });

  return {
    output: () => output,

    async until(ready) {
      for (;;) {
        const seen = chunks;
        if (await ready()) return;
        if (ended) throw new Error(`"${line}" ended before it was ready:\n${output}`);
        if (chunks === seen) await once(changes, "change");
      }
    },

    async interrupt() {
      signalGroup("SIGINT");
      await closed;
    },

    async kill() {
      signalGroup("SIGKILL");
      await closed;
    },

    async success() {
      const code = await closed;
      if (code !== 0) throw new Error(`"${line}" ended with ${code}:\n${output}`);
    },
  };
}

/** Throws, in plain words, where another program listens on a port that a command of the guide needs. */
export async function expectFree(port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port);
    await once(server, "listening");
  } catch {
    throw new Error(`Port ${port} is taken, and the guide's commands need it. Stop what listens there and test again.`);
  }
  server.close();
  await once(server, "close");
}
