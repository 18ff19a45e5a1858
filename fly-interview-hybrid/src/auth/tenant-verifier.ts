import type { Clock } from "../clock.ts";
import { ProxyError } from "../errors.ts";
import type { Issuer } from "../tenants/tenant.ts";
import type { IssuerOfTenant, Tenants } from "../tenants/tenants.ts";
import type { CompactJwt } from "./compact-jwt.ts";
import type { Scope } from "./principal.ts";
import { createTokenVerifier, type VerifiedToken, type VerifyToken } from "./token-verifier.ts";

/** What a tenant's tokens can permit: who administers tenants is none of theirs. */
const TENANT_SCOPES: readonly Scope[] = ["interview", "observe", "operate"];

export interface TenantVerifierNeeds {
  readonly tenants: Pick<Tenants, "ofIssuer">;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/**
 * Checks tokens of tenants' own issuers. Whose a token is follows from the issuer whose key it holds under; what it says of its
 * issuer and audience only chooses the key. `undefined` for a token of none of them.
 */
export function createTenantVerifier({
  tenants,
  clock,
  fetch,
}: TenantVerifierNeeds): (token: CompactJwt) => Promise<VerifiedToken | undefined> {
  // An issuer that was changed is another object, so that no old key set is asked for it.
  const verifiers = new WeakMap<Issuer, VerifyToken>();
  const verifierOf = ({ tenant, issuer }: IssuerOfTenant): VerifyToken => {
    const known =
      verifiers.get(issuer) ??
      createTokenVerifier({ ...issuer, tenant: tenant.id, scopes: TENANT_SCOPES, fetch }, clock);
    verifiers.set(issuer, known);
    return known;
  };
  return async (token) => {
    const { iss, aud } = token.claims;
    if (typeof iss !== "string") return undefined;
    const known = tenants.ofIssuer(iss);
    if (known.length === 0) return undefined;
    const named = known.filter(({ issuer: { audience } }) => audience !== undefined && [aud].flat().includes(audience));
    const [meant, ...others] = named.length > 0 ? named : known.filter(({ issuer }) => issuer.audience === undefined);
    // A token for two tenants is nobody's.
    if (meant === undefined || others.length > 0) throw new ProxyError("UNAUTHENTICATED");
    return verifierOf(meant)(token);
  };
}
