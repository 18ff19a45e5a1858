import type { Principal, Scope } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";

/** Throws FORBIDDEN unless the principal has one of these scopes. */
export function requireScope(principal: Principal, scopes: readonly Scope[]): void {
  if (!scopes.some((scope) => principal.scopes.has(scope))) throw new ProxyError("FORBIDDEN");
}

/** For what concerns all sessions of the tenant: a token that is bound to one session has no part in it. */
export function requireTenantScope(principal: Principal, scopes: readonly Scope[]): void {
  requireScope(principal, scopes);
  if (principal.session !== undefined) throw new ProxyError("FORBIDDEN");
}
