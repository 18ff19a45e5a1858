import type { FastifyInstance } from "fastify";
import type { LiveCreateResponse } from "openai/resources/live/live";
import * as z from "zod/mini";
import { callByHttp } from "../http/call-by-http.ts";
import { readInput } from "../http/read-input.ts";
import type { DoorNeeds } from "../needs.ts";
import type { Upgrades } from "../upgrades.ts";
import { candidateOrBackend } from "../operations/access.ts";
import { CALL_ERRORS } from "../operations/call-errors.ts";
import { EXAMPLE_OFFER } from "../operations/example-offer.ts";
import { ofId } from "../operations/operation.ts";
import { serveConnectsOn } from "../operations/serve.ts";
import { toClientCallId } from "./call-ids.ts";
import { isBackend, namedPerson, PERSON_HEADERS, personOf } from "./call-person.ts";
import { heardOf, liveSessionSchema } from "./client-session.ts";
import {
  addHangUpRoute,
  beginCallReply,
  CALL_HEADERS,
  FAMILY_ERRORS,
  LIVE,
  openFamily,
  openTenantOf,
} from "./family.ts";
import { addSidebandRoute, SIDEBAND } from "./sideband-route.ts";

const createSchema = z.strictObject({
  session: liveSessionSchema,
  transport: z.strictObject({ type: z.literal("webrtc"), sdp: z.string() }),
});

const createdSchema: z.ZodMiniType<LiveCreateResponse> = z.object({
  session: z.object({ id: z.string() }),
  transport: z.object({ type: z.literal("webrtc"), sdp: z.string() }),
});

/** The Live API's routes for sessions by WebRTC; one of its sessions is a call of ours. */
export function addLiveRoutes(app: FastifyInstance, needs: DoorNeeds, upgrades: Upgrades): void {
  openFamily(app, LIVE, needs);

  serveConnectsOn(app, needs)(
    {
      method: "POST",
      path: "/sessions",
      id: "createLiveSession",
      summary: "Makes a call, as OpenAI's Live API does",
      by: candidateOrBackend,
      body: createSchema,
      example: { session: { model: "the server's" }, transport: { type: "webrtc", sdp: EXAMPLE_OFFER } },
      headers: PERSON_HEADERS,
      replies: { 201: createdSchema },
      replyHeaders: CALL_HEADERS,
      errors: [...FAMILY_ERRORS, ...CALL_ERRORS],
    },
    async ({ caller, body: { session, transport }, connect, request, reply }) => {
      const principal = personOf(caller, session.safety_identifier ?? namedPerson(request));
      const heard = heardOf(session, isBackend(caller), openTenantOf(caller, needs));
      const call = await callByHttp({ principal, offerSdp: transport.sdp, connect, ...heard }, reply, needs);
      const created: LiveCreateResponse = {
        session: { id: toClientCallId(call.callId, LIVE.callPrefix) },
        transport: { type: "webrtc", sdp: call.answerSdp },
      };
      return beginCallReply(reply, call).send(created);
    },
  );

  addHangUpRoute(app, "/sessions/:id/hangup", LIVE, needs);

  addSidebandRoute(app, needs, {
    operation: {
      ...SIDEBAND,
      path: "/sessions/:id/attach",
      id: "attachToLiveSession",
      summary: "Opens a backend's own sideband to a call",
      params: ofId,
    },
    upgrades,
    family: LIVE,
    callIdOf: ({ params }) => readInput(ofId, params).id,
  });
}
