import type { FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import { ProxyError } from "../../errors.ts";
import { admitRequests } from "../http/admit-requests.ts";
import type { DoorNeeds } from "../needs.ts";
import { sendEnvelope } from "./error-envelope.ts";
import { addLiveRoutes } from "./live-routes.ts";
import { addRealtimeRoutes } from "./realtime-routes.ts";

/**
 * The drop-in door: the routes below `/v1` with OpenAI's own surface, over the same sessions as the other doors. `adopt` looks
 * after the sockets.
 */
export async function addOpenAiRoutes(
  app: FastifyInstance,
  needs: DoorNeeds,
  adopt: (socket: WebSocket) => boolean,
): Promise<void> {
  admitRequests(app, needs);
  app.setNotFoundHandler((_request, reply) => sendEnvelope(reply, new ProxyError("NOT_FOUND")));
  await app.register(async (realtime) => addRealtimeRoutes(realtime, needs, adopt), { prefix: "/realtime" });
  await app.register(async (live) => addLiveRoutes(live, needs, adopt), { prefix: "/live" });
}
