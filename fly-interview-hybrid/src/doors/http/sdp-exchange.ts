import { sdpExchangeRequestSchema, sdpExchangeResponseSchema } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import { toIsoTime } from "../../iso-time.ts";
import type { DoorNeeds } from "../needs.ts";
import { candidateOrVisitor } from "../operations/access.ts";
import { EXAMPLE_OFFER } from "../operations/example-offer.ts";
import { CALL_ERRORS } from "../operations/call-errors.ts";
import { serveConnectsOn } from "../operations/serve.ts";
import { callByHttp } from "./call-by-http.ts";

/** A call without a WebSocket: `init` and `sdp_offer` in one. */
export function addSdpExchange(app: FastifyInstance, needs: DoorNeeds): void {
  const serve = serveConnectsOn(app, needs);

  serve(
    {
      method: "POST",
      path: "/sdp-exchange",
      id: "exchangeSdp",
      summary: "Makes a call without a WebSocket",
      description:
        "Opens a session and makes its call. With the session's resume token the offer is for another call of that session.",
      by: candidateOrVisitor,
      body: sdpExchangeRequestSchema,
      example: { sessionId: "interview-1", sdpOffer: EXAMPLE_OFFER, aiPersona: "alloy" },
      replies: { 200: sdpExchangeResponseSchema },
      errors: CALL_ERRORS,
    },
    async ({ caller: principal, body: { sdpOffer: offerSdp, sessionId, aiPersona: persona }, connect, reply }) => {
      const call = await callByHttp({ principal, offerSdp, sessionId, persona, connect }, reply, needs);
      const { session, callId, answerSdp, resumeToken } = call;
      const deadline = toIsoTime(session.time.deadline);
      const { remainingSeconds } = session.time;
      return { sessionId: session.id, sdpAnswer: answerSdp, callId, resumeToken, deadline, remainingSeconds };
    },
  );
}
