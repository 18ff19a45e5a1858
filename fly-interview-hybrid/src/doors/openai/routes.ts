import type { FastifyInstance } from "fastify";
import { ProxyError } from "../../errors.ts";
import { admitRequests } from "../http/admit-requests.ts";
import type { DoorNeeds } from "../needs.ts";
import type { Upgrades } from "../upgrades.ts";
import { sendEnvelope } from "./error-envelope.ts";
import { addLiveRoutes } from "./live-routes.ts";
import { addRealtimeRoutes } from "./realtime-routes.ts";

/** The drop-in door: the routes below `/v1` with OpenAI's own surface, over the same sessions as the other doors. */
export async function addOpenAiRoutes(app: FastifyInstance, needs: DoorNeeds, upgrades: Upgrades): Promise<void> {
  admitRequests(app, needs);
  app.setNotFoundHandler((_request, reply) => sendEnvelope(reply, new ProxyError("NOT_FOUND")));
  await app.register(async (realtime) => addRealtimeRoutes(realtime, needs, upgrades), { prefix: "/realtime" });
  await app.register(async (live) => addLiveRoutes(live, needs, upgrades), { prefix: "/live" });
}
