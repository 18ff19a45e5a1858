import type { FastifyRequest } from "fastify";
import { admitPerson } from "../../auth/admission.ts";
import { readCredentials } from "../../auth/credentials.ts";
import type { Principal } from "../../auth/principal.ts";
import { sessionIdOfToken } from "../../ids.ts";
import type { SessionCredential } from "../../sessions/ownership.ts";
import type { DoorNeeds } from "../needs.ts";

/** Who is calling, counted as one arrival. Throws UNAUTHENTICATED and its kin, RATE_LIMITED. */
export async function principalOf(
  request: FastifyRequest,
  needs: DoorNeeds,
  options = { simulationDoor: false },
): Promise<Principal> {
  const principal = await needs.authenticate(readCredentials(request), options);
  await admitPerson(needs.rateLimits, principal);
  return principal;
}

/** The person of an interview: its resume token opens its own session, anything else must say who is calling. */
export async function candidateOf(request: FastifyRequest, needs: DoorNeeds): Promise<Principal> {
  const { bearer } = readCredentials(request);
  if (bearer === undefined || sessionIdOfToken(bearer) === undefined)
    return principalOf(request, needs, { simulationDoor: true });
  const principal = await needs.sessions.principalOf(bearer);
  await admitPerson(needs.rateLimits, principal);
  return principal;
}

/** A resume token is the credential for its own session's routes; anything else must say who is calling. */
export async function credentialOf(request: FastifyRequest, needs: DoorNeeds): Promise<SessionCredential> {
  const { bearer } = readCredentials(request);
  if (bearer !== undefined && sessionIdOfToken(bearer) !== undefined) return { resumeToken: bearer };
  return { principal: await principalOf(request, needs) };
}
