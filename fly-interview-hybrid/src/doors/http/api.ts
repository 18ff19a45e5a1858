import type { FastifyInstance } from "fastify";
import type { DoorNeeds } from "../needs.ts";
import type { DeclaredRoute } from "../reference/declared-routes.ts";
import { addReferenceRoutes } from "../reference/routes.ts";
import { admitRequests, answerElsewhere } from "./admit-requests.ts";
import { addCandidateRoutes } from "./candidate-routes.ts";
import { addEventRoute } from "./event-route.ts";
import { addInvitationRoutes } from "./invitation-routes.ts";
import { addOperatorRoutes } from "./operator-routes.ts";
import { addOperatorStream } from "./operator-stream.ts";
import { addPersonRoutes } from "./person-routes.ts";
import { addPreCheckRoutes } from "./pre-check-routes.ts";
import { addSdpExchange } from "./sdp-exchange.ts";
import { addSessionRoutes } from "./session-routes.ts";
import { addTenantRoutes } from "./tenant-routes.ts";
import { addTranscriptRoutes } from "./transcript-routes.ts";
import { addWebhookRoutes } from "./webhook-routes.ts";

/** The HTTP door: the routes below `/api`, over the same sessions as the WebSocket door. `declared`: all of the server's. */
export function addApiRoutes(app: FastifyInstance, needs: DoorNeeds, declared: readonly DeclaredRoute[]): void {
  admitRequests(app, needs);
  app.setErrorHandler((error, request, reply) => answerElsewhere(error, request, reply, needs));
  addPreCheckRoutes(app, needs);
  addSdpExchange(app, needs);
  addSessionRoutes(app, needs);
  addCandidateRoutes(app, needs);
  addTranscriptRoutes(app, needs);
  addEventRoute(app, needs);
  addInvitationRoutes(app, needs);
  addPersonRoutes(app, needs);
  addOperatorRoutes(app, needs);
  addOperatorStream(app, needs);
  addTenantRoutes(app, needs);
  addWebhookRoutes(app, needs);
  addReferenceRoutes(app, needs, declared);
}
