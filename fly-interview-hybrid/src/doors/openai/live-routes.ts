import type { FastifyInstance } from "fastify";
import type { LiveCreateResponse } from "openai/resources/live/live";
import type { WebSocket } from "ws";
import * as z from "zod/mini";
import { callByHttp } from "../http/call-by-http.ts";
import { candidateOf } from "../http/callers.ts";
import { readInput } from "../http/read-input.ts";
import { watchRequest } from "../http/watch-request.ts";
import type { DoorNeeds } from "../needs.ts";
import { toClientCallId } from "./call-ids.ts";
import { isBackend, namedPerson, personOf } from "./call-person.ts";
import { heardOf, liveSessionSchema } from "./client-session.ts";
import { addHangUpRoute, beginCallReply, LIVE, openFamily, openTenantOf } from "./family.ts";
import { addSidebandRoute } from "./sideband-route.ts";

const createSchema = z.strictObject({
  session: liveSessionSchema,
  transport: z.strictObject({ type: z.literal("webrtc"), sdp: z.string() }),
});

/** The Live API's routes for sessions by WebRTC; one of its sessions is a call of ours. */
export function addLiveRoutes(app: FastifyInstance, needs: DoorNeeds, adopt: (socket: WebSocket) => boolean): void {
  openFamily(app, LIVE, needs);

  app.post("/sessions", async (request, reply) => {
    const call = await watchRequest(request, needs, async (connect) => {
      const caller = await candidateOf(request, needs);
      const { session, transport } = readInput(createSchema, request.body);
      const principal = personOf(caller, session.safety_identifier ?? namedPerson(request));
      const heard = heardOf(session, isBackend(caller), openTenantOf(caller, needs));
      return callByHttp({ principal, offerSdp: transport.sdp, connect, ...heard }, reply, needs);
    });
    const created: LiveCreateResponse = {
      session: { id: toClientCallId(call.callId, LIVE.callPrefix) },
      transport: { type: "webrtc", sdp: call.answerSdp },
    };
    return beginCallReply(reply, call).send(created);
  });

  addHangUpRoute(app, "/sessions/:id/hangup", LIVE, needs);

  addSidebandRoute(app, "/sessions/:id/attach", needs, {
    adopt,
    family: LIVE,
    callIdOf: ({ params }) => readInput(attachParams, params).id,
  });
}

const attachParams = z.object({ id: z.string() });
