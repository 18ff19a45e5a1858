import { type SdpExchangeResponse, sdpExchangeRequestSchema } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import { ProxyError } from "../../errors.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { DoorNeeds } from "../needs.ts";
import { callByHttp } from "./call-by-http.ts";
import { candidateOf } from "./callers.ts";
import { readInput } from "./read-input.ts";
import { watchRequest } from "./watch-request.ts";

/** A call without a WebSocket: `init` and `sdp_offer` in one. */
export function addSdpExchange(app: FastifyInstance, needs: DoorNeeds): void {
  app.post("/sdp-exchange", async (request, reply): Promise<SdpExchangeResponse> => {
    const call = await watchRequest(request, needs, async (connect) => {
      const principal = await candidateOf(request, needs, { simulationDoor: true });
      if (!principal.scopes.has("interview")) throw new ProxyError("FORBIDDEN");
      const { sdpOffer: offerSdp, sessionId, aiPersona: persona } = readInput(sdpExchangeRequestSchema, request.body);
      return callByHttp({ principal, offerSdp, sessionId, persona, connect }, reply, needs);
    });
    const { session, callId, answerSdp, resumeToken } = call;
    const deadline = toIsoTime(session.time.deadline);
    const { remainingSeconds } = session.time;
    return { sessionId: session.id, sdpAnswer: answerSdp, callId, resumeToken, deadline, remainingSeconds };
  });
}
