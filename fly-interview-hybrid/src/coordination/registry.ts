import type { Logger } from "../ops/log.ts";
import { createLocalRateLimits } from "./local/rate-limits.ts";
import type { RateBudget, RateLimits } from "./rate-limits.ts";

export interface CoordinationNeeds {
  readonly budget: RateBudget;
  readonly log: Logger;
}

type OpenRateLimits = (needs: CoordinationNeeds, url: string) => Promise<RateLimits>;

/** Every coordination backend. Redis's client is loaded only where it is used. The conformance suite runs over all. */
export const COORDINATION_BACKENDS = {
  local: ({ budget }) => Promise.resolve(createLocalRateLimits(budget)),
  redis: async (needs, url) => (await import("./redis/rate-limits.ts")).openRedisRateLimits(needs, url),
} satisfies Readonly<Record<string, OpenRateLimits>>;

/** Opens the counters that REDIS_URL names, or those of this process where it is unset. */
export function openRateLimits(needs: CoordinationNeeds, redisUrl: string | undefined): Promise<RateLimits> {
  return redisUrl === undefined ? COORDINATION_BACKENDS.local(needs) : COORDINATION_BACKENDS.redis(needs, redisUrl);
}

/** Rejects where the Redis of REDIS_URL does not answer, or does not let us in. */
export async function pingRedis(redisUrl: string): Promise<void> {
  const redis = await import("./redis/ping.ts");
  await redis.pingRedis(redisUrl);
}
