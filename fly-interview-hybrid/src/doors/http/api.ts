import type { FastifyInstance } from "fastify";
import { admitAddress } from "../../auth/admission.ts";
import { ProxyError } from "../../errors.ts";
import { SessionElsewhere } from "../../sessions/elsewhere.ts";
import type { DoorNeeds } from "../needs.ts";
import { RELAY_HEADER } from "../relay/relay-header.ts";
import { addEventRoute } from "./event-route.ts";
import { addInvitationRoutes } from "./invitation-routes.ts";
import { addPersonRoutes } from "./person-routes.ts";
import { addSdpExchange } from "./sdp-exchange.ts";
import { addSessionRoutes } from "./session-routes.ts";
import { addTranscriptRoutes } from "./transcript-routes.ts";

/** The HTTP door: the routes below `/api`, over the same sessions as the WebSocket door. */
export function addApiRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  app.decorateRequest("credential", undefined);
  app.decorateRequest("isRelayed", false);
  app.addHook("onRequest", async (request, reply) => {
    // Nothing here is for a cache: it is about persons, and opens doors.
    void reply.header("cache-control", "no-store");
    const pass = request.headers[RELAY_HEADER];
    if (pass !== undefined) {
      request.credential = await needs.relay.redeem(pass);
      // The machine that passed it on has counted it.
      request.isRelayed = true;
      return;
    }
    await admitAddress(needs.rateLimits, request.ip);
    if (!needs.isOriginAllowed(request.headers.origin, request.headers.host))
      throw new ProxyError("ORIGIN_NOT_ALLOWED");
  });
  app.setErrorHandler(async (error, request, reply) => {
    const { credential, isRelayed } = request;
    if (!(error instanceof SessionElsewhere) || credential === undefined || isRelayed) throw error;
    return needs.relay.answer(error.address, request, credential, reply);
  });
  addSdpExchange(app, needs);
  addSessionRoutes(app, needs);
  addTranscriptRoutes(app, needs);
  addEventRoute(app, needs);
  addInvitationRoutes(app, needs);
  addPersonRoutes(app, needs);
}
