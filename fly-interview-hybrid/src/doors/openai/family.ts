import type { FastifyError, FastifyInstance } from "fastify";
import { ProxyError } from "../../errors.ts";
import { answerElsewhere } from "../http/admit-requests.ts";
import { toTableError } from "../http/errors.ts";
import type { DoorNeeds } from "../needs.ts";
import { reportError } from "../report-error.ts";
import { sendEnvelope, type UnknownCall } from "./error-envelope.ts";

/** What the routes of one voice API share: who asks for a call that is sealed is told so, and every error is OpenAI's. */
export function openFamily(app: FastifyInstance, unknownCall: UnknownCall, needs: DoorNeeds): void {
  app.addHook("onRequest", async () => {
    if (needs.config.DATA_CHANNEL !== "open") throw new ProxyError("DATA_CHANNEL_REQUIRED");
  });
  app.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    try {
      return await answerElsewhere(thrown, request, reply, needs);
    } catch (failure) {
      const error = toTableError(failure as FastifyError, request);
      reportError(needs.log, error, request.id);
      return sendEnvelope(reply, error, unknownCall);
    }
  });
}
