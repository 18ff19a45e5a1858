import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Definition } from "./definition.ts";
import type { Figures } from "./figures.ts";

/** What a benchmark prints. */
export interface Measured {
  readonly figures: Figures;
  /** What the figures were made of, round by round. */
  readonly raw: unknown;
}

/** Longest time for one benchmark, in milliseconds; the longest of them takes less than half of it. */
const TIMEOUT_MS = 420_000;

/**
 * Runs a benchmark: a script that ends with status 0 and whose last line of output is its figures as one JSON object, with what they
 * were made of as `raw`. Rejects where it fails or takes too long; nothing that it started outlives it.
 */
export async function runBenchmark(
  { folder, name }: Definition,
  environment: Readonly<Record<string, string>>,
): Promise<Measured> {
  const script = fileURLToPath(new URL(`../${folder}/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
    // A group of its own, so that what it started can be ended with it.
    detached: true,
  });
  const endGroup = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nobody of the group is left.
    }
  };
  const interrupt = (): void => {
    endGroup();
    process.exit(130);
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const timer = setTimeout(endGroup, TIMEOUT_MS);
  try {
    const output = text(child.stdout);
    const [status] = (await once(child, "exit")) as [number | null];
    endGroup();
    if (status !== 0) throw new Error(`The benchmark ${name} ended with status ${status ?? "none: it was killed"}.`);
    const { raw, ...figures } = JSON.parse((await output).trimEnd().split("\n").at(-1) ?? "") as Figures & {
      raw?: unknown;
    };
    return { figures, raw };
  } finally {
    clearTimeout(timer);
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
