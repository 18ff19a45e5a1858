import { deadLetterListSchema, listDeadLettersQuerySchema } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { DoorNeeds } from "../needs.ts";
import { staffWith } from "../operations/access.ts";
import { ofId } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
import { toPageSize } from "./read-input.ts";

/** Webhooks that could not be delivered: to list, and to send again. */
export function addWebhookRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { deadLetters } = needs;
  const serve = serveOn(app, needs);

  serve(
    {
      method: "GET",
      path: "/webhooks/dead-letters",
      id: "listDeadLetters",
      summary: "Lists webhooks that did not arrive, the last given up first",
      by: staffWith("operate"),
      query: listDeadLettersQuerySchema,
      replies: { 200: deadLetterListSchema },
    },
    async ({ caller, query }) => deadLetters.list(caller, { ...query, limit: toPageSize(query) }),
  );

  serve(
    {
      method: "POST",
      path: "/webhooks/dead-letters/:id/resend",
      id: "resendDeadLetter",
      summary: "Has a webhook tried again",
      by: staffWith("operate"),
      params: ofId,
      replies: { 202: null },
      errors: ["NOT_FOUND"],
    },
    async ({ caller, params }) => deadLetters.resend(caller, params.id),
  );
}
