import type { Clock } from "../clock.ts";

/** What ends the call, and then the process. A second signal ends the process at once, as ever. */
const CAUSES = ["SIGINT", "SIGTERM", "uncaughtException"];

export interface Stop {
  readonly signal: AbortSignal;
  /** From then on signals and errors do what they do in any program. */
  close(): void;
}

/** A signal that is aborted when the time is up, when somebody stops the process, or when something goes wrong in it. */
export function openStop(seconds: number, clock: Clock): Stop {
  const stopped = new AbortController();
  const stop = (cause?: unknown): void => {
    if (cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
    stopped.abort();
  };
  const cancel = clock.after(seconds * 1000, stop);
  for (const name of CAUSES) process.once(name, stop);
  return {
    signal: stopped.signal,
    close() {
      cancel();
      for (const name of CAUSES) process.off(name, stop);
    },
  };
}
