import type { ErasedTranscript } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { DoorNeeds } from "../needs.ts";
import { credentialOf, principalOf } from "./callers.ts";
import { exportTranscript } from "./transcript-export.ts";

/** What was said in a session: to read, and to erase. */
export function addTranscriptRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;

  app.get<{ Params: { id: string } }>("/sessions/:id/transcript", async (request, reply) => {
    const credential = await credentialOf(request, needs);
    const render = exportTranscript(request.query);
    const { contentType, body } = render(await sessions.transcriptOf(request.params.id, credential));
    return reply.header("content-type", contentType).send(body);
  });

  app.delete<{ Params: { id: string } }>("/sessions/:id/transcript", async (request): Promise<ErasedTranscript> => {
    const principal = await principalOf(request, needs);
    return { erasedTurns: await sessions.eraseTranscript(request.params.id, principal) };
  });
}
