import { createSecretKey } from "node:crypto";
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from "jose";
import * as z from "zod/mini";
import type { Clock } from "../clock.ts";
import { ProxyError } from "../errors.ts";
import { personKey } from "./admission.ts";
import type { CompactJwt } from "./compact-jwt.ts";
import { isHs256, verifyHs256 } from "./hs256.ts";
import { type Principal, type Scope, scopeSet } from "./principal.ts";

/** Longest life of a ticket, in seconds; a token that lives longer is no ticket, whatever it calls itself. */
export const MAX_TICKET_SECONDS = 60;

/** None of a secret, so that a public key can never be taken for one. */
export const KEY_SET_ALGORITHMS: readonly string[] = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];

/** Clocks of issuers and of this machine may differ by this much, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

const REQUIRED_CLAIMS = ["sub", "exp"];

/** Public roles of Supabase, which stand for a key and not for a person. */
const ROLES_THAT_ARE_NO_PERSON = new Set(["anon", "service_role"]);

const claimsSchema = z.object({
  sub: z.string().check(z.minLength(1), z.maxLength(256)),
  exp: z.number(),
  iat: z.optional(z.number()),
  jti: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
  session: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  scope: z.optional(z.string()),
  role: z.optional(z.string()),
});
type Claims = z.infer<typeof claimsSchema>;

/** A token that holds, and the mark that makes it single-use where it is a ticket. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly ticket: { readonly id: string; readonly expiresAt: number } | undefined;
}

/** Who may sign tokens, whose persons those tokens name, and what they can permit. */
export interface TokenIssuers {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly secret: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly fetch: typeof fetch;
}

/** Checks a JWT's signature and claims. Throws UNAUTHENTICATED or TOKEN_EXPIRED; the token enters no error. */
export type VerifyToken = (token: CompactJwt) => Promise<VerifiedToken>;

export function createTokenVerifier(issuers: TokenIssuers, clock: Clock): VerifyToken {
  const verifySignature = createSignatureCheck(issuers, clock);
  return async (token) => {
    const claims = claimsSchema.safeParse(await verifySignature(token));
    if (!claims.success) throw new ProxyError("UNAUTHENTICATED");
    if (ROLES_THAT_ARE_NO_PERSON.has(claims.data.role ?? "")) throw new ProxyError("UNAUTHENTICATED");
    return { principal: toPrincipal(claims.data, issuers), ticket: toTicket(claims.data) };
  };
}

function createSignatureCheck(issuers: TokenIssuers, clock: Clock): (token: CompactJwt) => Promise<unknown> {
  const { issuer, audience } = issuers;
  const secret = issuers.secret === undefined ? undefined : createSecretKey(issuers.secret, "utf8");
  const keySet =
    issuers.jwksUrl === undefined
      ? undefined
      : createRemoteJWKSet(new URL(issuers.jwksUrl), { timeoutDuration: 5000, [customFetch]: issuers.fetch });

  return async (token) => {
    if (secret !== undefined && isHs256(token)) {
      const tolerance = { toleranceSeconds: CLOCK_TOLERANCE_SECONDS, now: clock.now() };
      return verifyHs256(token, secret, { issuer, audience, required: REQUIRED_CLAIMS, ...tolerance });
    }
    if (keySet === undefined) throw new ProxyError("UNAUTHENTICATED");
    const options = {
      algorithms: [...KEY_SET_ALGORITHMS],
      currentDate: new Date(clock.now()),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: REQUIRED_CLAIMS,
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    };
    try {
      return (await jwtVerify(token.text, keySet, options)).payload;
    } catch (cause) {
      throw toAuthenticationError(cause);
    }
  };
}

/** A key set that cannot be had is no fault of the person's: it is an error of ours, which the operator must see. */
function toAuthenticationError(cause: unknown): ProxyError {
  if (cause instanceof errors.JWTExpired) return new ProxyError("TOKEN_EXPIRED", { cause });
  const isOutage =
    !(cause instanceof errors.JOSEError) ||
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    cause.code === errors.JOSEError.code;
  return new ProxyError(isOutage ? "INTERNAL" : "UNAUTHENTICATED", { cause });
}

function toPrincipal(claims: Claims, { tenant, scopes }: TokenIssuers): Principal {
  const asked = (claims.scope ?? "interview").split(" ");
  return {
    tenant,
    person: claims.sub,
    countedAs: personKey(tenant, claims.sub),
    scopes: scopeSet(scopes.filter((scope) => asked.includes(scope))),
    session: claims.session,
    expiresAt: claims.exp * 1000,
  };
}

function toTicket({ jti, iat, exp }: Claims): VerifiedToken["ticket"] {
  const isTicket = jti !== undefined && iat !== undefined && exp - iat <= MAX_TICKET_SECONDS;
  return isTicket ? { id: jti, expiresAt: exp * 1000 } : undefined;
}
