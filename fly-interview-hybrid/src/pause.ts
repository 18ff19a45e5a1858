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

/** Waits for a promise at most `ms`; `undefined` when that time, or `signal`, is over first. Rejects as the promise does. */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<T | undefined> {
  const decided = new AbortController();
  const givenUp = pause(clock, ms, AbortSignal.any([signal, decided.signal])).then(() => undefined);
  try {
    return await Promise.race([promise, givenUp]);
  } finally {
    decided.abort("decided");
  }
}
