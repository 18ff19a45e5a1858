import type { FastifyInstance } from "fastify";

/** What readiness asks. */
export interface ReadinessChecks {
  readonly isDraining: () => boolean;
  /** Throws where the records cannot be read. */
  readonly checkRecords: () => Promise<void>;
}

/** `/healthz`: the process answers. `/readyz`: it may be given clients. Neither needs a token or tells anything else. */
export function addHealthRoutes(app: FastifyInstance, checks: ReadinessChecks): void {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const ready =
      !checks.isDraining() &&
      (await checks.checkRecords().then(
        () => true,
        () => false,
      ));
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "unavailable" });
  });
}
