import * as fc from "fast-check";
import { foundCases, keepFoundCase } from "./found-cases.ts";
import type { FuzzTarget } from "./target.ts";
import { attemptInTime } from "./time-watch.ts";

/** When a campaign ends: whichever comes first. */
export interface CampaignLimits {
  /** Of what the target counts. */
  readonly tries: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Keeps what broke a promise; returns where it is. */
  readonly keep?: typeof keepFoundCase;
}

export interface CampaignResult {
  readonly target: string;
  readonly counts: string;
  readonly tried: number;
  readonly seconds: number;
  /** Bytes of memory in use at the end, less those after the first tenth of the tries. */
  readonly grownBytes: number;
}

/** A promise that was broken, and how to see it again. */
export class BrokenPromise extends Error {}

/** Runs of one seed. Small enough to end in time, large enough that starting anew costs nothing. */
const RUNS_OF_A_SEED = 500;

/** Tries a target with its found cases, then with inputs made from one seed after another, until a limit is met. Throws {@link BrokenPromise}. */
export async function campaign<Input>(
  target: FuzzTarget<Input>,
  firstSeed: number,
  limits: CampaignLimits,
): Promise<CampaignResult> {
  const start = performance.now();
  let tried = 0;
  for (const [file, { input }] of foundCases(target.name)) {
    // A case was written by an earlier run of the same target.
    tried += await attemptInTime(target, input as Input).catch((cause: unknown) => {
      throw new BrokenPromise(`${target.name}: the found case ${file} is back`, { cause });
    });
  }
  const property = fc.asyncProperty(target.inputs, async (input) => {
    if (tried < limits.tries) tried += await attemptInTime(target, input);
  });
  const settlesAt = Date.now() + (limits.until - Date.now()) / 10;
  let settled: number | undefined;
  for (let seed = firstSeed; tried < limits.tries && Date.now() < limits.until; seed++) {
    const interruptAfterTimeLimit = Math.max(1, limits.until - Date.now());
    const details = await fc.check(property, { seed, numRuns: RUNS_OF_A_SEED, interruptAfterTimeLimit });
    if (details.failed && details.counterexample !== null) throw broken(target, details, limits.keep ?? keepFoundCase);
    if (tried >= limits.tries / 10 || Date.now() >= settlesAt) settled ??= await heapOf(target);
  }
  const heap = await heapOf(target);
  return {
    target: target.name,
    counts: target.counts,
    tried,
    seconds: (performance.now() - start) / 1000,
    grownBytes: heap - (settled ?? heap),
  };
}

function broken<Input>(
  target: FuzzTarget<Input>,
  details: fc.RunDetails<[Input]>,
  keep: typeof keepFoundCase,
): BrokenPromise {
  const { errorInstance: cause, counterexample, seed, counterexamplePath } = details;
  const was = cause instanceof Error ? cause.message : String(cause);
  const file = keep(target.name, { was, input: counterexample?.[0] });
  return new BrokenPromise(`${target.name}, seed ${seed}, path ${counterexamplePath}, kept in ${file}: ${was}`, {
    cause,
  });
}

async function heapOf<Input>(target: FuzzTarget<Input>): Promise<number> {
  if (target.heapBytes !== undefined) return target.heapBytes();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
