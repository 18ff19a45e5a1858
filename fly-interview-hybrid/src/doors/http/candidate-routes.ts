import { muteRequestSchema, sayRequestSchema, statsRequestSchema } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { DoorNeeds } from "../needs.ts";
import { personOfSessionOr } from "../operations/access.ts";
import { ofId } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";

/** What these routes have in common. */
const OF_OWN_CALL = {
  method: "POST",
  by: personOfSessionOr(),
  params: ofId,
  errors: ["SESSION_FORBIDDEN", "SESSION_ENDED", "SESSION_BUSY", "NO_CALL"],
} as const;

/** What a candidate's page says beside the call, where it signals by HTTP. */
export function addCandidateRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;
  const serve = serveOn(app, needs);

  serve(
    {
      ...OF_OWN_CALL,
      path: "/sessions/:id/say",
      id: "sayTyped",
      summary: "Gives the interviewer the candidate's typed answer",
      body: sayRequestSchema,
      example: { text: "I built a lighthouse." },
      replies: { 202: null },
    },
    async ({ caller, params, body }) => sessions.say(await sessions.runningOf(params.id, caller), body.text),
  );

  serve(
    {
      ...OF_OWN_CALL,
      path: "/sessions/:id/mute",
      id: "noteMuted",
      summary: "Tells whether the page has muted the microphone",
      body: muteRequestSchema,
      example: { muted: true },
      replies: { 204: null },
    },
    async ({ caller, params, body }) => sessions.mute(await sessions.runningOf(params.id, caller), body.muted),
  );

  serve(
    {
      ...OF_OWN_CALL,
      path: "/sessions/:id/stats",
      id: "noteConnection",
      summary: "Tells how good the call's connection is",
      body: statsRequestSchema,
      example: { quality: "good", rttMs: 40 },
      replies: { 204: null },
    },
    async ({ caller, params, body }) => sessions.noteConnection(await sessions.runningOf(params.id, caller), body),
  );
}
