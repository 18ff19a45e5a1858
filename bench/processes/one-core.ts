import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** The core of what is measured; everything that makes the load is on the other one, where there is another. */
export const MEASURED_CORE = 0;
export const LOADING_CORE = Math.min(1, availableParallelism() - 1);

/** All threads, native ones too. Elsewhere than on Linux figures are of a process, not of a core. */
export function keepOnCore(core: number, pid: number | undefined): void {
  if (process.platform === "linux") execFileSync("taskset", ["-acp", String(core), String(pid)], { stdio: "ignore" });
}

/** Milliseconds of the machine's monotonic clock, which is the same in every process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
