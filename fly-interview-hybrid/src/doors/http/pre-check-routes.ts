import {
  type PreCheckReply,
  preCheckRequestSchema,
  type TestCallReply,
  testCallRequestSchema,
} from "@interview-proxy/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { admitPerson } from "../../auth/admission.ts";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { DoorNeeds } from "../needs.ts";
import { departureOf } from "./call-by-http.ts";
import { candidateOf, requireOrigin } from "./callers.ts";
import { readInput } from "./read-input.ts";

/** What a browser tries before its interview. */
export function addPreCheckRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { preCheck } = needs.sessions;

  app.post("/pre-check", async (request): Promise<PreCheckReply> => {
    const body = readInput(preCheckRequestSchema, request.body);
    return preCheck.describe(await personOf(request, body?.invitation, needs));
  });

  app.post("/pre-check/call", async (request, reply): Promise<TestCallReply> => {
    const departure = departureOf(reply);
    const { invitation, sdpOffer } = readInput(testCallRequestSchema, request.body);
    return preCheck.call(await personOf(request, invitation, needs), sdpOffer, departure);
  });
}

/** Whoever may hold an interview: by a sign-in, or by an invitation, which stays as it is. */
async function personOf(request: FastifyRequest, invitation: string | undefined, needs: DoorNeeds): Promise<Principal> {
  if (invitation === undefined) {
    const principal = await candidateOf(request, needs, { simulationDoor: true });
    if (!principal.scopes.has("interview")) throw new ProxyError("FORBIDDEN");
    return principal;
  }
  const named = needs.invitationTexts.read(invitation);
  if (named === undefined) throw new ProxyError("INVITATION_INVALID");
  const principal = await needs.sessions.invitations.holderOf(named);
  requireOrigin(request, principal, needs);
  await admitPerson(needs.rateLimits, principal);
  return principal;
}
