import { erasedTranscriptSchema, transcriptVerificationSchema } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import { requireScope } from "../../auth/principal.ts";
import { transcriptDocumentSchema } from "../../transcripts/document.ts";
import { verificationOf } from "../../transcripts/verification.ts";
import type { DoorNeeds } from "../needs.ts";
import { personOfSessionOrStaffWith, staffWith } from "../operations/access.ts";
import { ofId } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
import { exportTranscript, transcriptQuerySchema } from "./transcript-export.ts";

/** What was said in a session: to read, and to erase. */
export function addTranscriptRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;
  const serve = serveOn(app, needs);

  serve(
    {
      method: "GET",
      path: "/sessions/:id/transcript",
      id: "getTranscript",
      summary: "Tells what was said, by its hashes and its signature",
      by: personOfSessionOrStaffWith("operate", "observe"),
      params: ofId,
      query: transcriptQuerySchema,
      replies: {
        200: { "application/json": transcriptDocumentSchema, "text/plain": z.string(), "text/vtt": z.string() },
      },
      errors: ["SESSION_FORBIDDEN", "SESSION_BUSY"],
    },
    async ({ caller, params, query, reply }) => {
      const { contentType, body } = exportTranscript(query, await sessions.transcriptOf(params.id, caller));
      return reply.header("content-type", contentType).send(body);
    },
  );

  serve(
    {
      method: "GET",
      path: "/sessions/:id/transcript/verification",
      id: "verifyTranscript",
      summary: "Tells whether what is kept of a transcript was altered",
      by: staffWith("operate", "observe"),
      params: ofId,
      replies: { 200: transcriptVerificationSchema },
      errors: ["SESSION_FORBIDDEN", "SESSION_BUSY"],
    },
    async ({ caller, params }) => {
      requireScope(caller, ["operate", "observe"]);
      return verificationOf(await sessions.transcriptOf(params.id, { principal: caller }));
    },
  );

  serve(
    {
      method: "DELETE",
      path: "/sessions/:id/transcript",
      id: "eraseTranscript",
      summary: "Erases the words of a session that has ended, for good",
      by: staffWith("operate"),
      params: ofId,
      replies: { 200: erasedTranscriptSchema },
      errors: ["SESSION_FORBIDDEN", "SESSION_NOT_ENDED", "SESSION_BUSY"],
    },
    async ({ caller, params }) => ({ erasedTurns: await sessions.eraseTranscript(params.id, caller) }),
  );
}
