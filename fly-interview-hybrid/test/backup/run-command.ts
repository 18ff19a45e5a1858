import { execFile } from "node:child_process";
import { join } from "node:path";
import { PROXY_DIRECTORY } from "../../src/paths.ts";

export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** Runs one of the operator's commands from its source, with nothing in its environment but what a test says. */
export function runCommand(
  name: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const program = ["--import", "tsx", "--conditions=source", join(PROXY_DIRECTORY, `src/${name}.ts`), ...args];
  const env = { PATH: process.env["PATH"], ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: PROXY_DIRECTORY, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, output: stdout + stderr });
    });
  });
}
