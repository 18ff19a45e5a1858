import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, totalmem } from "node:os";
import { findPostgres } from "../../scripts/ensure-servers.js";
import { chromiumPath } from "../pages/chromium.ts";

/** The machine that figures are of, and what it was busy with. To be asked before anything is started. */
export function describeMachine(): string {
  const [loadBefore = 0] = loadavg();
  const load = Math.round(loadBefore * 10) / 10;
  const processors = cpus();
  const model = (processors[0]?.model ?? "unknown")
    .replaceAll(/\((R|TM)\)/gi, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`;
  return `${processors.length} cores of ${model}, ${memory}, Node ${process.version}, load ${load} before`;
}

/** Today's date in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** How programs that are no packages say their version. */
const PROGRAMS: Readonly<Record<string, () => readonly [program: string, ...args: string[]]>> = {
  nginx: () => ["nginx", "-v"],
  wrk: () => ["wrk", "--version"],
  Chromium: () => [chromiumPath(), "--version"],
  Postgres: () => [`${findPostgres() ?? ""}/postgres`, "--version"],
};

/** The versions of programs and packages, as one line. What does not tell its version is left out. */
export function versionsOf(names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const version = name in PROGRAMS ? versionOfProgram(name) : versionOfPackage(name);
      return version === undefined ? [] : [`${name} ${version}`];
    })
    .join(", ");
}

function versionOfProgram(name: string): string | undefined {
  const [program, ...args] = PROGRAMS[name]?.() ?? [name];
  const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0];
}

function versionOfPackage(name: string): string | undefined {
  // Not by its own exports, which seldom include this file.
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return (JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")) as { version: string }).version;
    } catch {
      // It is in a folder further up.
    }
  }
  return undefined;
}
