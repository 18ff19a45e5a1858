export interface TimeLimit {
  readonly ms: number;
  /** What the wait ends with. */
  readonly error: () => Error;
}

interface Bounds {
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal;
  readonly limit?: TimeLimit | undefined;
}

/** Waits for `work`, no longer than its bounds allow. Leaves neither timer nor listener behind. */
export function boundedWait<T>(work: Promise<T>, { signal, limit }: Bounds): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      outcome();
    };
    const onAbort = () => settle(() => reject(signal.reason as Error));
    const timer = limit && setTimeout(() => settle(() => reject(limit.error())), limit.ms);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    work.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}
