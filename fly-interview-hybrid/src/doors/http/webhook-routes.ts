import { type DeadLetterList, listDeadLettersQuerySchema } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { DoorNeeds } from "../needs.ts";
import { principalOf } from "./callers.ts";
import { DEFAULT_PAGE, readInput } from "./read-input.ts";

/** Webhooks that could not be delivered: to list, and to send again. */
export function addWebhookRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { deadLetters } = needs;

  app.get("/webhooks/dead-letters", async (request): Promise<DeadLetterList> => {
    const principal = await principalOf(request, needs);
    const { limit, cursor } = readInput(listDeadLettersQuerySchema, request.query);
    return deadLetters.list(principal, { cursor, limit: limit === undefined ? DEFAULT_PAGE : Number(limit) });
  });

  app.post<{ Params: { id: string } }>("/webhooks/dead-letters/:id/resend", async (request, reply) => {
    const principal = await principalOf(request, needs);
    await deadLetters.resend(principal, request.params.id);
    return reply.code(202).send();
  });
}
