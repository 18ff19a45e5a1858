import type { Clock } from "./clock.ts";

/** Waits; an aborted signal ends the wait early. Never rejects. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const finish = (): void => {
      cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal?.addEventListener("abort", finish, { once: true });
  });
}

/** Acts once after `ms`, unless `signal` is aborted by then, or the returned function called. */
export function actAfter(clock: Clock, ms: number, signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) return () => undefined;
  const cancel = clock.after(ms, act);
  signal.addEventListener("abort", cancel, { once: true });
  return cancel;
}

/** The wait before another try, in milliseconds: one delay after the other, and the last one again and again. */
export function retryDelay(delaysMs: readonly number[], tries: number): number {
  return delaysMs[Math.min(tries, delaysMs.length - 1)] ?? 0;
}

/**
 * Waits for a promise at most `ms`; `undefined` when that time, or `signal`, is over first. Rejects as the promise does. Leaves nothing at
 * `signal`, which may live as long as the process: Node keeps what `AbortSignal.any()` was made of for as long as that lives.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<T | undefined> {
  let giveUp = (): void => undefined;
  const givenUp = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  if (signal.aborted) giveUp();
  const cancel = clock.after(ms, giveUp);
  signal.addEventListener("abort", giveUp);
  try {
    return await Promise.race([promise, givenUp]);
  } finally {
    cancel();
    signal.removeEventListener("abort", giveUp);
  }
}
