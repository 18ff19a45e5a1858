import { fieldAtFault, type SdpExchangeResponse, sdpExchangeRequestSchema } from "@interview-proxy/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { admitAddress, admitPerson } from "../../auth/admission.ts";
import { readCredentials } from "../../auth/credentials.ts";
import type { Principal } from "../../auth/principal.ts";
import { invalidField, ProxyError } from "../../errors.ts";
import { sessionIdOfToken } from "../../ids.ts";
import type { SessionCredential } from "../../sessions/ownership.ts";
import type { DoorNeeds } from "../needs.ts";
import { exportTranscript } from "./transcript-export.ts";

/** The HTTP door: the routes below `/api`, over the same sessions as the WebSocket door. */
export function addApiRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { sessions } = needs;

  app.addHook("onRequest", async (request) => {
    await admitAddress(needs.rateLimits, request.ip);
    if (!needs.isOriginAllowed(request.headers.origin, request.headers.host))
      throw new ProxyError("ORIGIN_NOT_ALLOWED");
  });

  app.post("/sdp-exchange", async (request, reply): Promise<SdpExchangeResponse> => {
    const departure = departureOf(reply);
    const principal = await principalOf(request, needs, { simulationDoor: true });
    if (!principal.scopes.has("interview")) throw new ProxyError("FORBIDDEN");
    const body = sdpExchangeRequestSchema.safeParse(request.body);
    if (!body.success) throw invalidField(fieldAtFault(body.error.issues));
    const offer = await sessions.readOffer(principal, body.data.sdpOffer);

    const { session, resumeToken, resumed } = await sessions.open(principal, {
      sessionId: body.data.sessionId,
      persona: body.data.aiPersona,
    });
    // Nobody but this client could come back to a session whose reply it never got.
    const abandon = (): void => sessions.endUnwatched(session, "client_gone");
    if (!resumed) onAbort(departure, abandon);
    try {
      const { callId, answerSdp } = await sessions.startCall(session, offer, departure);
      const deadline = new Date(session.deadline).toISOString();
      const { remainingSeconds } = session;
      return { sessionId: session.id, sdpAnswer: answerSdp, callId, resumeToken, deadline, remainingSeconds };
    } catch (error) {
      if (!resumed) abandon();
      throw error;
    }
  });

  app.delete<{ Params: { id: string } }>("/sessions/:id", async (request, reply) => {
    await sessions.endById(request.params.id, await credentialOf(request, needs));
    return reply.code(204).send();
  });

  app.get<{ Params: { id: string } }>("/sessions/:id/transcript", async (request, reply) => {
    const credential = await credentialOf(request, needs);
    const render = exportTranscript(request.query);
    const { contentType, body } = render(await sessions.transcriptOf(request.params.id, credential));
    return reply.header("content-type", contentType).header("cache-control", "no-store").send(body);
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

async function principalOf(
  request: FastifyRequest,
  needs: DoorNeeds,
  options: { simulationDoor: boolean },
): Promise<Principal> {
  const principal = await needs.authenticate(readCredentials(request), options);
  await admitPerson(needs.rateLimits, principal);
  return principal;
}

/** A resume token is the credential for its own session's routes; anything else must say who is calling. */
async function credentialOf(request: FastifyRequest, needs: DoorNeeds): Promise<SessionCredential> {
  const { bearer } = readCredentials(request);
  if (bearer !== undefined && sessionIdOfToken(bearer) !== undefined) return { resumeToken: bearer };
  return { principal: await principalOf(request, needs, { simulationDoor: false }) };
}
