import type { FuzzTarget } from "./target.ts";

/** Nothing may keep the process from its other interviews for longer, in milliseconds. */
export const MAX_BLOCK_MS = 50;

/** How often an attempt that took too long is made again, before it is believed. */
const REPEATS = 4;

/**
 * Makes an attempt, and throws where it kept the process busy for too long. One that did is made again: what the input costs
 * is in each of its runs, what another program on the machine or a collection of garbage costs is not.
 */
export async function attemptInTime<Input>(target: FuzzTarget<Input>, input: Input): Promise<number> {
  let { tried, blockMs } = await timedAttempt(target, input);
  for (let repeat = 0; repeat < REPEATS && blockMs > MAX_BLOCK_MS; repeat++)
    blockMs = Math.min(blockMs, (await timedAttempt(target, input)).blockMs);
  if (blockMs > MAX_BLOCK_MS) throw new Error(`It took ${blockMs.toFixed(0)} ms, ${REPEATS + 1} times in a row.`);
  return tried;
}

async function timedAttempt<Input>(
  target: FuzzTarget<Input>,
  input: Input,
): Promise<{ readonly tried: number; readonly blockMs: number }> {
  const start = performance.now();
  const tried = await target.attempt(input);
  const ownMs = performance.now() - start;
  return { tried, blockMs: (await target.longestBlockMs?.()) ?? ownMs };
}
