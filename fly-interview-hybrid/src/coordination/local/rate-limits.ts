import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { RateBudget, RateLimits } from "../rate-limits.ts";

/** Counters in this process, for one machine. Each key is forgotten when its minute is over, so memory is bounded. */
export function createLocalRateLimits(budget: RateBudget): RateLimits {
  const perMinute = (points: number): RateLimiterMemory => new RateLimiterMemory({ points, duration: 60 });
  const limiters = {
    arrival: perMinute(budget.arrival),
    offer: perMinute(budget.offer),
    call: perMinute(budget.call),
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
