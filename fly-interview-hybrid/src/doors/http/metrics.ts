import { type FastifyInstance, fastify } from "fastify";
import * as z from "zod/mini";
import { ProxyError } from "../../errors.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { anybody } from "../operations/access.ts";
import { type DeclaredOperation, told } from "../operations/operation.ts";
import { WITHOUT_SCHEMAS } from "./without-schemas.ts";

const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const METRICS = {
  method: "GET",
  path: "/metrics",
  id: "getMetrics",
  summary: "Tells what is measured, for Prometheus",
  description: "For programs on the same machine alone.",
  by: anybody,
  replies: { 200: { "text/plain": z.string() } },
  errors: ["NOT_FOUND"],
} satisfies DeclaredOperation;

/** `/metrics` for programs on this machine. What a reverse proxy beside us hands on is from elsewhere. */
export function addMetricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get("/metrics", told(METRICS), async ({ socket, headers, ip }, reply) => {
    const isLocal = LOOPBACK.test(socket.remoteAddress ?? "") && LOOPBACK.test(ip);
    if (!isLocal || headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined)
      throw new ProxyError("NOT_FOUND");
    return reply.type(TEXT).send(await metrics.text());
  });
}

/** A server of nothing but `/metrics`, for a private network. */
export function createMetricsServer(metrics: Metrics): FastifyInstance {
  const server = fastify({ forceCloseConnections: true, schemaController: WITHOUT_SCHEMAS });
  server.get("/metrics", async (_request, reply) => reply.type(TEXT).send(await metrics.text()));
  return server;
}
