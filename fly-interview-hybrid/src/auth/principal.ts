import { ProxyError } from "../errors.ts";

/** What a principal may do. `interview`: hold one's own; `observe`, `operate`, `admin`: for staff and backends. */
export const SCOPES = ["interview", "observe", "operate", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is calling: the result of authentication. */
export interface Principal {
  readonly tenant: string;
  readonly person: string;
  readonly scopes: ReadonlySet<Scope>;
  /** What rate limits count: the person, or for visitors without a token, who are new each time, their network. */
  readonly countedAs: string;
  /** The one session that the token opens, where it is bound to one. */
  readonly session: string | undefined;
  /** When what says so expires, in milliseconds since the epoch; without it, not by itself. */
  readonly expiresAt?: number | undefined;
}

export { DEFAULT_TENANT, SIMULATION_TENANT } from "../tenant-ids.ts";

const scopeSets = new Map<string, ReadonlySet<Scope>>();

/** The set of some scopes, one for all who have the same: each socket that waits keeps whose it is. */
export function scopeSet(scopes: readonly Scope[]): ReadonlySet<Scope> {
  const key = scopes.join(" ");
  const known = scopeSets.get(key) ?? new Set(scopes);
  scopeSets.set(key, known);
  return known;
}

/** Throws FORBIDDEN where a principal has none of these scopes. */
export function requireScope(principal: Principal, scopes: readonly Scope[]): void {
  if (!scopes.some((scope) => principal.scopes.has(scope))) throw new ProxyError("FORBIDDEN");
}

/** The same for what concerns all sessions of the tenant: a token that is bound to one session has no part in it. */
export function requireTenantScope(principal: Principal, scopes: readonly Scope[]): void {
  requireScope(principal, scopes);
  if (principal.session !== undefined) throw new ProxyError("FORBIDDEN");
}
