import type { FastifyInstance } from "fastify";
import type { Clock } from "../../clock.ts";
import { within } from "../../pause.ts";

/** A part that the proxy needs; `undefined` where the settings name none. */
export type Reach = "up" | "down";

/** What readiness asks. */
export interface ReadinessChecks {
  readonly clock: Clock;
  readonly isDraining: () => boolean;
  /** Throws where the records cannot be read. */
  readonly checkRecords: () => Promise<void>;
  readonly redis: () => Reach | undefined;
}

/** Whoever asks for readiness waits no longer than two seconds, as a rule; in milliseconds. */
const CHECK_TIMEOUT_MS = 1500;

/**
 * `/healthz`: the process answers. `/readyz`: it may be given clients. Neither needs a token or tells anything else but
 * which of its parts can be reached. Without records no new session can be admitted, so the process is not ready, though
 * sessions that run go on; without Redis it counts by itself, and is.
 */
export function addHealthRoutes(app: FastifyInstance, checks: ReadinessChecks): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const [records, redis] = [await reachOfRecords(checks), checks.redis()];
    const isReady = records === "up" && !checks.isDraining();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "unavailable", records, redis });
  });
}

/** Whether the records answer in time. */
export async function reachOfRecords({
  clock,
  checkRecords,
}: Pick<ReadinessChecks, "clock" | "checkRecords">): Promise<Reach> {
  const answer = checkRecords().then(
    () => "up" as const,
    () => "down" as const,
  );
  return (await within(answer, CHECK_TIMEOUT_MS, { clock, signal: new AbortController().signal })) ?? "down";
}
