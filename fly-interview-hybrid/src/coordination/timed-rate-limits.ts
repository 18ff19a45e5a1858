import type { RateLimits } from "./rate-limits.ts";

/** Tells how long each count took, in seconds. */
export function timedRateLimits(limits: RateLimits, onTaken: (seconds: number) => void): RateLimits {
  return {
    ...limits,
    async take(bucket, key) {
      const from = performance.now();
      try {
        return await limits.take(bucket, key);
      } finally {
        onTaken((performance.now() - from) / 1000);
      }
    },
  };
}
