import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";

/** The folder of the functions' package. */
export const SUPABASE: string = join(import.meta.dirname, "..");

/** The arguments without which Deno would look for something in the network. */
const OFFLINE = ["--no-remote", "--cached-only", "--no-lock", "--no-check", "--conditions=source"];

/** Starts Deno, as npm has installed it: `what` is a subcommand with its own arguments. */
export function startDeno(
  [subcommand, ...args]: readonly [subcommand: string, ...args: string[]],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const program = join(dirname(createRequire(import.meta.url).resolve("deno/package.json")), "bin.cjs");
  return spawn(process.execPath, [program, subcommand, ...OFFLINE, ...args], {
    cwd: SUPABASE,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
