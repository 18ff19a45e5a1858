import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";
import type { RateBucket, RateBudget, RateLimits } from "./rate-limits.ts";

/** What each limiter is made with: a budget for a time, counted under names that begin with the bucket's. */
export interface LimiterOptions {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
}

/** Takes from one limiter for each bucket. */
export function takeFromBuckets(
  budget: RateBudget,
  createLimiter: (options: LimiterOptions) => RateLimiterAbstract,
): RateLimits["take"] {
  const limiterOf = (bucket: RateBucket): RateLimiterAbstract =>
    createLimiter({
      keyPrefix: `interview-proxy:${bucket}`,
      points: budget[bucket] ?? Number.MAX_SAFE_INTEGER,
      duration: bucket === "tenant" ? 1 : 60,
    });
  const limiters = {
    arrival: limiterOf("arrival"),
    offer: limiterOf("offer"),
    call: limiterOf("call"),
    say: limiterOf("say"),
    login: limiterOf("login"),
    tenant: limiterOf("tenant"),
  };
  return async (bucket, key) => {
    try {
      await limiters[bucket].consume(key);
      return 0;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
      throw refusal;
    }
  };
}
