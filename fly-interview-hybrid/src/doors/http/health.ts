import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import type { Clock } from "../../clock.ts";
import { within } from "../../pause.ts";
import { anybody } from "../operations/access.ts";
import { type DeclaredOperation, told } from "../operations/operation.ts";

const reachSchema = z.enum(["up", "down"]);

/** A part that the proxy needs; `undefined` where the settings name none. */
export type Reach = z.infer<typeof reachSchema>;

/** What readiness asks. */
export interface ReadinessChecks {
  readonly clock: Clock;
  readonly isDraining: () => boolean;
  /** Throws where the records cannot be read. */
  readonly checkRecords: () => Promise<void>;
  readonly redis: () => Reach | undefined;
}

const HEALTH = {
  method: "GET",
  path: "/healthz",
  id: "getHealth",
  summary: "Answers while the process runs",
  by: anybody,
  replies: { 200: z.object({ status: z.literal("ok") }) },
} satisfies DeclaredOperation;

const readinessSchema = z.object({
  status: z.enum(["ready", "unavailable"]),
  records: reachSchema,
  redis: z.optional(reachSchema),
});

const READINESS = {
  method: "GET",
  path: "/readyz",
  id: "getReadiness",
  summary: "Tells whether the process may be given clients",
  description: "503: it drains, or its records cannot be read.",
  by: anybody,
  replies: { 200: readinessSchema, 503: readinessSchema },
} satisfies DeclaredOperation;

/** Whoever asks for readiness waits no longer than two seconds, as a rule; in milliseconds. */
const CHECK_TIMEOUT_MS = 1500;

/**
 * `/healthz`: the process answers. `/readyz`: it may be given clients. Neither needs a token or tells anything else but
 * which of its parts can be reached. Without records no new session can be admitted, so the process is not ready, though
 * sessions that run go on; without Redis it counts by itself, and is.
 */
export function addHealthRoutes(app: FastifyInstance, checks: ReadinessChecks): void {
  app.get("/healthz", told(HEALTH), () => ({ status: "ok" }));
  app.get("/readyz", told(READINESS), async (_request, reply) => {
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
