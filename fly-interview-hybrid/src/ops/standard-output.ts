import { type DestinationStream, pino } from "pino";

/** Lines that come within so many milliseconds after one that was written are written together. */
const TOGETHER_MS = 20;

/** More than comes in that time; beyond it lines are written at once. In characters. */
const MAX_HELD = 8 * 1024;

/**
 * The process's standard output. A line is written at once where none was just before: each write takes a call of the
 * system, and wakes whoever reads. What is held is written when the process ends, unless it is killed.
 */
export function openStandardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true });
  let isHolding = false;
  // Here, and not by the destination's own means: those ask for the disk at each flush, where most outputs have none.
  let held = "";
  const release = (): void => {
    if (held !== "") output.write(held);
    held = "";
  };
  process.once("exit", () => {
    release();
    output.flushSync();
  });
  return {
    write(line) {
      held += line;
      if (isHolding && held.length < MAX_HELD) return;
      release();
      if (isHolding) return;
      isHolding = true;
      setTimeout(() => {
        isHolding = false;
        release();
      }, TOGETHER_MS).unref();
    },
  };
}
