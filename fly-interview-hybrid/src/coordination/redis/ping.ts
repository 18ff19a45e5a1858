import { Redis } from "ioredis";

/** Longest wait for a connection and for an answer, in milliseconds. */
const PATIENCE_MS = 3000;

/** Rejects where Redis does not answer, or does not let us in. */
export async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason: unknown;
  // What `connect` rejects with says only that the connection is closed.
  redis.on("error", (error: unknown) => {
    reason ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}
