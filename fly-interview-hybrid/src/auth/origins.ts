import type { Config } from "../config/config.ts";
import type { Tenant } from "../tenants/tenant.ts";
import type { Tenants } from "../tenants/tenants.ts";

/** Says whether a page of this origin may talk to the server that was addressed as `host`. */
export type IsOriginAllowed = (origin: string | undefined, host: string | undefined) => boolean;

/**
 * A request without `Origin` comes from no page and is judged by its token alone. The server's own page is always
 * allowed. Any other page must be in ALLOWED_ORIGINS.
 */
export function createOriginCheck(config: Config): IsOriginAllowed {
  const allowed = config.ALLOWED_ORIGINS ?? (config.NODE_ENV === "production" ? [] : ["http://localhost:*"]);
  const patterns = allowed.map(toPattern);
  return (origin, host) => {
    if (origin === undefined) return true;
    if (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)) return true;
    return patterns.some((pattern) => pattern.test(origin));
  };
}

/** Says the same before it is known whose page it is, and once that is known. */
export interface OriginChecks {
  /** Whether any tenant's page may be there; `undefined`: whoever it is. */
  readonly byAnybody: IsOriginAllowed;
  readonly byTenant: (tenant: string, origin: string | undefined, host: string | undefined) => boolean;
}

/** A page of one tenant has no business with another's sessions, whatever token it has. */
export function createOriginChecks(tenants: Pick<Tenants, "of" | "active">, config: Config): OriginChecks {
  const byServer = createOriginCheck(config);
  const checks = new WeakMap<Config, IsOriginAllowed>();
  const checkOf = (tenant: Tenant): IsOriginAllowed => {
    const known = checks.get(tenant.config) ?? createOriginCheck(tenant.config);
    checks.set(tenant.config, known);
    return known;
  };
  return {
    byAnybody: (origin, host) =>
      byServer(origin, host) || tenants.active().some((tenant) => checkOf(tenant)(origin, host)),
    byTenant: (tenant, origin, host) => checkOf(tenants.of(tenant))(origin, host),
  };
}

/** `*` stands for one port or one label of a host name, and never crosses a dot, a colon or a slash. */
function toPattern(origin: string): RegExp {
  const escaped = origin.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^./:]+");
  return new RegExp(`^${escaped}$`);
}
