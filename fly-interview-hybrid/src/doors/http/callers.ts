import type { FastifyRequest } from "fastify";
import { admitPerson } from "../../auth/admission.ts";
import { readCredentials, type SessionCredential } from "../../auth/credentials.ts";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import { sessionIdOfToken } from "../../ids.ts";
import type { DoorNeeds } from "../needs.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** As far as it has been looked at. */
    credential: SessionCredential | undefined;
    /** Another machine has let this request in, and passed it on. */
    isRelayed: boolean;
  }
}

/** Who is calling, counted as one arrival. Throws UNAUTHENTICATED and its kin, RATE_LIMITED. */
export async function principalOf(
  request: FastifyRequest,
  needs: DoorNeeds,
  options = { simulationDoor: false },
): Promise<Principal> {
  if (request.isRelayed) return relayedPrincipal(request);
  const principal = await needs.authenticate(readCredentials(request), options);
  request.credential = { principal };
  await admitPerson(needs.rateLimits, principal);
  return principal;
}

/** The person of an interview: its resume token opens its own session, anything else must say who is calling. */
export async function candidateOf(request: FastifyRequest, needs: DoorNeeds): Promise<Principal> {
  const { bearer } = readCredentials(request);
  if (bearer === undefined || sessionIdOfToken(bearer) === undefined)
    return principalOf(request, needs, { simulationDoor: true });
  const principal = await needs.sessions.principalOf(bearer);
  request.credential = { principal };
  await admitPerson(needs.rateLimits, principal);
  return principal;
}

/** A resume token is the credential for its own session's routes; anything else must say who is calling. */
export async function credentialOf(request: FastifyRequest, needs: DoorNeeds): Promise<SessionCredential> {
  if (request.isRelayed && request.credential !== undefined) return request.credential;
  const { bearer } = readCredentials(request);
  if (bearer !== undefined && sessionIdOfToken(bearer) !== undefined)
    return (request.credential = { resumeToken: bearer });
  return { principal: await principalOf(request, needs) };
}

function relayedPrincipal({ credential }: FastifyRequest): Principal {
  if (credential === undefined || !("principal" in credential)) throw new ProxyError("UNAUTHENTICATED");
  return credential.principal;
}
