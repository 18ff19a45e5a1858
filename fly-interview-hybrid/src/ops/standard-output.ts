import { type DestinationStream, pino } from "pino";

/** Lines that come within so many milliseconds after one that was written are written together. */
const TOGETHER_MS = 20;

/** More than comes in that time; beyond it lines are written at once. In bytes. */
const MAX_HELD_BYTES = 8 * 1024;

/**
 * The process's standard output. A line is written at once where none was just before: each write takes a call of the
 * system, and wakes whoever reads. What is held is written when the process ends, unless it is killed.
 */
export function openStandardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, minLength: MAX_HELD_BYTES });
  let isHolding = false;
  process.once("exit", () => output.flushSync());
  return {
    write(line) {
      output.write(line);
      if (isHolding) return;
      output.flushSync();
      isHolding = true;
      setTimeout(() => {
        isHolding = false;
        output.flushSync();
      }, TOGETHER_MS).unref();
    },
  };
}
