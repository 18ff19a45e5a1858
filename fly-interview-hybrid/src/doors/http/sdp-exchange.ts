import { type SdpExchangeResponse, sdpExchangeRequestSchema } from "@interview-proxy/protocol";
import type { FastifyInstance, FastifyReply } from "fastify";
import { ProxyError } from "../../errors.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { DoorNeeds } from "../needs.ts";
import { candidateOf } from "./callers.ts";
import { readInput } from "./read-input.ts";

/** A call without a WebSocket: `init` and `sdp_offer` in one. */
export function addSdpExchange(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;

  app.post("/sdp-exchange", async (request, reply): Promise<SdpExchangeResponse> => {
    const departure = departureOf(reply);
    const principal = await candidateOf(request, needs);
    if (!principal.scopes.has("interview")) throw new ProxyError("FORBIDDEN");
    const body = readInput(sdpExchangeRequestSchema, request.body);
    const offer = await sessions.readOffer(principal, body.sdpOffer);

    const { session, resumeToken, resumed } = await sessions.open(principal, {
      sessionId: body.sessionId,
      persona: body.aiPersona,
    });
    // Nobody but this client could come back to a session whose reply it never got.
    const abandon = (): void => sessions.endUnwatched(session, "client_gone");
    if (!resumed) onAbort(departure, abandon);
    try {
      const { callId, answerSdp } = await sessions.startCall(session, offer, departure);
      const deadline = toIsoTime(session.time.deadline);
      const { remainingSeconds } = session.time;
      return { sessionId: session.id, sdpAnswer: answerSdp, callId, resumeToken, deadline, remainingSeconds };
    } catch (error) {
      if (!resumed) abandon();
      throw error;
    }
  });
}

/** Aborted when the client goes before it has its whole reply. */
function departureOf({ raw }: FastifyReply): AbortSignal {
  const departure = new AbortController();
  const leave = (): void => {
    if (!raw.writableFinished) departure.abort();
  };
  raw.once("close", leave);
  if (raw.destroyed) leave();
  return departure.signal;
}

function onAbort(signal: AbortSignal, action: () => void): void {
  if (signal.aborted) action();
  else signal.addEventListener("abort", action, { once: true });
}
