import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { RateBudget, RateLimits } from "../rate-limits.ts";

/** Counters in this process, for one machine. Each key is forgotten when its minute is over, so memory is bounded. */
export function createLocalRateLimits(budget: RateBudget): RateLimits {
  const limiters = {
    arrival: new RateLimiterMemory({ points: budget.arrival, duration: 60 }),
    call: new RateLimiterMemory({ points: budget.call, duration: 60 }),
  };
  return {
    async take(bucket, key) {
      try {
        await limiters[bucket].consume(key);
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
        throw refusal;
      }
    },
  };
}
