import type { FastifyRequest } from "fastify";
import { admitAddress, admitPerson } from "../../auth/admission.ts";
import { readCredentials, readResumeToken, type SessionCredential } from "../../auth/credentials.ts";
import type { OperatorSignIn } from "../../auth/operator-sign-ins.ts";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { Arrival } from "../arrival.ts";
import type { DoorNeeds } from "../needs.ts";
import { operatorOf } from "./operator-cookie.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** As far as it has been looked at. */
    credential: SessionCredential | undefined;
    /** The operator whose cookie has let it in. */
    signIn: OperatorSignIn | undefined;
    /** Another machine has let this request in, and passed it on. */
    isRelayed: boolean;
  }
}

/** What else than a token says who is calling. */
interface OtherWays {
  readonly simulationDoor: boolean;
  /** The cookie of an operator will do. */
  readonly operatorCookie?: boolean;
}

const TOKEN_ALONE: OtherWays = { simulationDoor: false };

/** Who is calling, counted as one arrival. Throws UNAUTHENTICATED and its kin, CSRF_TOKEN_INVALID, RATE_LIMITED. */
export async function principalOf(
  request: FastifyRequest,
  needs: DoorNeeds,
  ways: OtherWays = TOKEN_ALONE,
): Promise<Principal> {
  if (request.isRelayed) return relayedPrincipal(request);
  request.signIn = ways.operatorCookie === true ? await operatorOf(request, needs) : undefined;
  const principal = request.signIn?.principal ?? (await needs.authenticate(readCredentials(request), ways));
  requireOrigin(request, principal, needs);
  request.credential = { principal };
  await admitCaller(request, principal, needs);
  return principal;
}

/** The operator who is signed in by the cookie. Throws UNAUTHENTICATED and its kin, CSRF_TOKEN_INVALID, RATE_LIMITED. */
export async function signInOf(request: FastifyRequest, needs: DoorNeeds): Promise<OperatorSignIn> {
  const signIn = await operatorOf(request, needs);
  if (signIn === undefined) throw new ProxyError("UNAUTHENTICATED");
  await admitPerson(needs.rateLimits, signIn.principal);
  return signIn;
}

/** The person of an interview: its resume token opens its own session, anything else must say who is calling. */
export async function candidateOf(
  request: FastifyRequest,
  needs: DoorNeeds,
  ways: OtherWays = TOKEN_ALONE,
): Promise<Principal> {
  const resumeToken = resumeTokenOf(request);
  if (resumeToken === undefined) return principalOf(request, needs, ways);
  // Passed on as it is: the machine that runs the session spends the tokens before it.
  request.credential = { resumeToken };
  const principal = await needs.sessions.principalOf(resumeToken);
  if (request.isRelayed) return principal;
  requireOrigin(request, principal, needs);
  await admitCaller(request, principal, needs);
  return principal;
}

/** A resume token is the credential for its own session's routes; anything else must say who is calling. */
export async function credentialOf(
  request: FastifyRequest,
  needs: DoorNeeds,
  ways: OtherWays = TOKEN_ALONE,
): Promise<SessionCredential> {
  const resumeToken = resumeTokenOf(request);
  if (resumeToken !== undefined) return (request.credential = { resumeToken });
  return { principal: await principalOf(request, needs, ways) };
}

/** Throws ORIGIN_NOT_ALLOWED for a page that is none of the caller's tenant's. */
export function requireOrigin(
  { headers: { origin, host } }: Arrival,
  { tenant }: Principal,
  { isOriginOfTenant }: Pick<DoorNeeds, "isOriginOfTenant">,
): void {
  if (!isOriginOfTenant(tenant, origin, host)) throw new ProxyError("ORIGIN_NOT_ALLOWED");
}

/** Counts a request against its address. Throws RATE_LIMITED. */
export async function admitAddressOf(request: Arrival, { rateLimits }: DoorNeeds): Promise<void> {
  request.counted = "address";
  await admitAddress(rateLimits, request.ip);
  request.counted = undefined;
}

/** Counts a request against whose it is. Throws RATE_LIMITED. */
export async function admitCaller(request: Arrival, principal: Principal, needs: DoorNeeds): Promise<void> {
  request.counted = "credential";
  await admitPerson(needs.rateLimits, principal);
  request.counted = undefined;
}

/** Whose request another machine has passed on, which has counted it; who only says so is counted by address. Throws UNAUTHENTICATED. */
export async function redeemPass(
  request: Arrival,
  pass: string | string[],
  needs: DoorNeeds,
): Promise<SessionCredential> {
  try {
    return await needs.relay.redeem(pass);
  } catch (error) {
    await admitAddressOf(request, needs);
    throw error;
  }
}

function resumeTokenOf(request: FastifyRequest): string | undefined {
  const { isRelayed, credential } = request;
  if (isRelayed) return credential !== undefined && "resumeToken" in credential ? credential.resumeToken : undefined;
  return readResumeToken(request);
}

function relayedPrincipal({ credential }: FastifyRequest): Principal {
  if (credential === undefined || !("principal" in credential)) throw new ProxyError("UNAUTHENTICATED");
  return credential.principal;
}
