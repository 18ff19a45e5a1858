import type { FastifyInstance } from "fastify";
import { invalidRequest } from "./api-error.ts";

/** Routes of the beta, closed since May 2026. */
const PATHS = ["/v1/realtime", "/v1/realtime/sessions", "/v1/realtime/transcription_sessions"];

/** Answers the beta's routes as OpenAI does: with 400. */
export function addLegacyRoutes(app: FastifyInstance): void {
  for (const path of PATHS) {
    app.post(path, () => {
      throw invalidRequest(
        "beta_api_shape_disabled",
        "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.",
      );
    });
  }
}
