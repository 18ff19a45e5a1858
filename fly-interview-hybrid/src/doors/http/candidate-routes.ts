import { muteRequestSchema, sayRequestSchema, statsRequestSchema } from "@interview-proxy/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Session } from "../../sessions/session.ts";
import type { DoorNeeds } from "../needs.ts";
import { credentialOf } from "./callers.ts";
import { readInput } from "./read-input.ts";

interface OfSession {
  Params: { id: string };
}

/** What a candidate's page says beside the call, where it signals by HTTP. */
export function addCandidateRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;
  const sessionOf = async (request: FastifyRequest<OfSession>): Promise<Session> =>
    sessions.runningOf(request.params.id, await credentialOf(request, needs));

  app.post<OfSession>("/sessions/:id/say", async (request, reply) => {
    const session = await sessionOf(request);
    await sessions.say(session, readInput(sayRequestSchema, request.body).text);
    return reply.code(202).send();
  });

  app.post<OfSession>("/sessions/:id/mute", async (request, reply) => {
    const session = await sessionOf(request);
    await sessions.mute(session, readInput(muteRequestSchema, request.body).muted);
    return reply.code(204).send();
  });

  app.post<OfSession>("/sessions/:id/stats", async (request, reply) => {
    const session = await sessionOf(request);
    sessions.noteConnection(session, readInput(statsRequestSchema, request.body));
    return reply.code(204).send();
  });
}
