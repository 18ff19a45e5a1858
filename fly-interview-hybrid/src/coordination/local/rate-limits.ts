import { RateLimiterMemory } from "rate-limiter-flexible";
import { takeFromBuckets } from "../bucket-limiters.ts";
import type { RateBudget, RateLimits } from "../rate-limits.ts";

/** Counters in this process, for one machine. Each key is forgotten when its minute is over, so memory is bounded. */
export function createLocalRateLimits(budget: RateBudget): RateLimits {
  return {
    take: takeFromBuckets(budget, (options) => new RateLimiterMemory(options)),
    reach: () => undefined,
    // What it holds does not keep the process alive.
    close: () => Promise.resolve(),
  };
}
