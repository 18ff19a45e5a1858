import type { FastifyInstance } from "fastify";
import { admitAddress } from "../../auth/admission.ts";
import { ProxyError } from "../../errors.ts";
import type { DoorNeeds } from "../needs.ts";
import { addEventRoute } from "./event-route.ts";
import { addSdpExchange } from "./sdp-exchange.ts";
import { addSessionRoutes } from "./session-routes.ts";
import { addTranscriptRoutes } from "./transcript-routes.ts";

/** The HTTP door: the routes below `/api`, over the same sessions as the WebSocket door. */
export function addApiRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  app.addHook("onRequest", async (request, reply) => {
    // Nothing here is for a cache: it is about persons, and opens doors.
    void reply.header("cache-control", "no-store");
    await admitAddress(needs.rateLimits, request.ip);
    if (!needs.isOriginAllowed(request.headers.origin, request.headers.host))
      throw new ProxyError("ORIGIN_NOT_ALLOWED");
  });
  addSdpExchange(app, needs);
  addSessionRoutes(app, needs);
  addTranscriptRoutes(app, needs);
  addEventRoute(app, needs);
}
