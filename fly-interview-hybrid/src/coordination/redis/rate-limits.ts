import { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { Logger } from "../../ops/log.ts";
import { takeFromBuckets } from "../bucket-limiters.ts";
import type { RateBudget, RateLimits } from "../rate-limits.ts";

interface Needs {
  readonly budget: RateBudget;
  readonly log: Logger;
}

/** A request waits for its count no longer than this, in milliseconds. */
const COMMAND_TIMEOUT_MS = 500;
/** Longest wait for a connection, and for the first byte of an answer before the connection is given up; milliseconds. */
const SILENCE_TIMEOUT_MS = 2_000;

/**
 * Counters in Redis, shared by all machines. A count that Redis does not take is taken by this process alone, so that no
 * request fails for it; that is logged once, and once that Redis is back.
 */
export async function openRedisRateLimits({ budget, log }: Needs, url: string): Promise<RateLimits> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: SILENCE_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    // What cannot be sent now fails now: nothing waits, and nothing is counted late.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempts) => Math.min(attempts * 100, 1_000),
  });
  const stopReporting = reportReach(redis, log);
  // Where it fails, the connection is tried again, and reported, by itself.
  await redis.connect().catch(() => undefined);
  let closing: Promise<void> | undefined;

  return {
    take: takeFromBuckets(
      budget,
      (options) =>
        new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: new RateLimiterMemory(options) }),
    ),
    reach: () => (redis.status === "ready" ? "up" : "down"),
    close() {
      stopReporting();
      return (closing ??= disconnect(redis));
    },
  };
}

function reportReach(redis: Redis, log: Logger): () => void {
  let isReached = true;
  const lose = (fields: { readonly err?: Error }): void => {
    if (isReached) log.warn(fields, "Redis cannot be reached: this process counts by itself");
    isReached = false;
  };
  const onClose = (): void => lose({});
  redis.on("error", (err: Error) => lose({ err }));
  redis.on("close", onClose);
  redis.on("ready", () => {
    if (!isReached) log.info("Redis can be reached again");
    isReached = true;
  });
  return () => void redis.off("close", onClose);
}

async function disconnect(redis: Redis): Promise<void> {
  const hasConnection = redis.status !== "end" && redis.status !== "reconnecting";
  const ended = new Promise<void>((resolve) => void redis.once("end", () => resolve()));
  redis.disconnect();
  if (hasConnection) await ended;
}
