import multipart from "@fastify/multipart";
import { fastify, type FastifyError, type FastifyInstance } from "fastify";
import { parseJson } from "../json-text.ts";
import { newId } from "../session/ids.ts";
import { ApiError, invalidRequest, serverError } from "./api-error.ts";
import type { ApiKeys } from "./api-keys.ts";
import { addCallRoutes } from "./call-routes.ts";
import { addClientSecretRoutes } from "./client-secret-routes.ts";
import { addControlRoutes, type Control } from "./control-routes.ts";
import type { CallRoutesOptions } from "./create-call.ts";
import { addLegacyRoutes } from "./legacy-routes.ts";
import { addLiveRoutes } from "./live-routes.ts";

/** Room for the largest offers and instructions seen, many times over. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What the HTTP side works with. */
export interface HttpServerOptions extends CallRoutesOptions {
  readonly keys: ApiKeys;
  readonly control: Control;
  /** Whether a Live session on WebRTC can be hung up over HTTP. */
  readonly liveHangup: boolean;
}

/** Builds the HTTP side; it listens on nothing yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    // A fault may leave requests unanswered; closing must not wait for them.
    forceCloseConnections: true,
  });
  await app.register(multipart, {
    limits: { fileSize: MAX_BODY_BYTES, parts: 10 },
  });
  addBodyParsers(app);
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("x-request-id", newId("req"));
  });
  app.setErrorHandler<FastifyError | ApiError>((error, _request, reply) => {
    const refusal = error instanceof ApiError ? error : fromFastify(error);
    if (refusal.retryAfterSeconds !== undefined) {
      reply.header("retry-after", refusal.retryAfterSeconds);
    }
    return reply.code(refusal.status).send({ error: refusal.body });
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `Invalid URL (${request.method} ${request.url.split("?")[0]})`;
    return reply.code(404).send({ error: { message, type: "invalid_request_error", param: null, code: null } });
  });
  addCallRoutes(app, options);
  addLiveRoutes(app, options);
  addClientSecretRoutes(app, options.keys);
  addLegacyRoutes(app);
  addControlRoutes(app, options.control);
  return app;
}

function addBodyParsers(app: FastifyInstance): void {
  app.addContentTypeParser("application/sdp", { parseAs: "string" }, (_request, body, done) => done(null, body));
  // Clients send the type with an empty body too, at a hangup for one; the built-in parser refuses that.
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    if (body === "") {
      done(null);
      return;
    }
    const value = parseJson(String(body));
    if (value === undefined) {
      done(invalidRequest("invalid_json", "The request is not valid JSON."));
    } else {
      done(null, value);
    }
  });
}

/** The framework's own findings, without their text: it may quote the request. */
function fromFastify(error: FastifyError): ApiError {
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    return serverError(500);
  }
  if (status === 415) {
    return invalidRequest("unsupported_content_type", "Unsupported content type.");
  }
  const message = status === 413 ? "The request is too large." : "The request cannot be read.";
  return new ApiError(status, { message, type: "invalid_request_error", param: null, code: null });
}
