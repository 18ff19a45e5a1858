import { hash, randomUUID, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type Config, needsSimulator } from "../config/config.ts";
import { ProxyError } from "../errors.ts";
import { networkKey, personKey } from "./admission.ts";
import { takeApart } from "./compact-jwt.ts";
import type { Credentials } from "./credentials.ts";
import { DEFAULT_TENANT, type Principal, SCOPES, SIMULATION_TENANT } from "./principal.ts";
import { createTenantVerifier } from "./tenant-verifier.ts";
import type { Tickets } from "./tickets.ts";
import type { Tenants } from "../tenants/tenants.ts";
import { createTokenVerifier } from "./token-verifier.ts";

/** Marks a ticket as used; false where it was used before. */
export type SpendTicket = (id: string, expiresAt: number) => Promise<boolean>;

/**
 * Turns what a request carries into a {@link Principal}, or throws UNAUTHENTICATED, TOKEN_EXPIRED or TOKEN_REPLAYED.
 * `simulationDoor` says whether `?simulation=true` counts at this door.
 */
export type Authenticate = (
  credentials: Credentials,
  options: { readonly simulationDoor: boolean },
) => Promise<Principal>;

export interface AuthenticationNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly spendTicket: SpendTicket;
  readonly tickets: Pick<Tickets, "read">;
  readonly fetch: typeof fetch;
  /** Without them there is only the default tenant. */
  readonly tenants?: Pick<Tenants, "of" | "ofIssuer" | "ofServiceToken">;
}

export function createAuthenticate(needs: AuthenticationNeeds): Authenticate {
  const { config, clock, spendTicket, tickets, fetch, tenants } = needs;
  const verifyForTenant = tenants === undefined ? undefined : createTenantVerifier({ tenants, clock, fetch });
  const verifyToken = createTokenVerifier(
    {
      tenant: DEFAULT_TENANT,
      scopes: SCOPES,
      secret: config.JWT_SECRET,
      jwksUrl: config.JWT_JWKS_URL,
      issuer: config.JWT_ISSUER,
      audience: config.JWT_AUDIENCE,
      fetch,
    },
    clock,
  );
  const simulationAllowed = needsSimulator(config);

  const isServiceToken = recogniserOf(config.SERVICE_TOKEN);
  const isAdminToken = recogniserOf(config.ADMIN_TOKEN);

  return async (credentials, { simulationDoor }) => {
    if (credentials.simulation && simulationDoor && simulationAllowed) return newSimulationPerson(credentials.address);
    if (isServiceToken(credentials.bearer)) return serviceOf(DEFAULT_TENANT);
    if (isAdminToken(credentials.bearer)) return ADMIN;
    const served = credentials.bearer === undefined ? undefined : tenants?.ofServiceToken(credentials.bearer);
    if (served !== undefined) return serviceOf(served.id);

    const token = takeApart(credentials.bearer ?? credentials.urlToken ?? "");
    if (token === undefined) throw new ProxyError("UNAUTHENTICATED");
    const { principal, ticket } =
      (await tickets.read(token)) ?? (await verifyForTenant?.(token)) ?? (await verifyToken(token));
    // A ticket of ours may be of a tenant that was disabled since.
    if (tenants?.of(principal.tenant).isActive === false) throw new ProxyError("UNAUTHENTICATED");
    if (credentials.bearer === undefined && ticket === undefined) throw new ProxyError("UNAUTHENTICATED");
    if (ticket !== undefined && !(await spendTicket(ticket.id, ticket.expiresAt)))
      throw new ProxyError("TOKEN_REPLAYED");
    return principal;
  };
}

/** A tenant's backend. */
function serviceOf(tenant: string): Principal {
  const countedAs = personKey(tenant, "service");
  return { tenant, person: "service", countedAs, scopes: new Set(["operate"]), session: undefined };
}

/** Whoever runs the server. */
const ADMIN: Principal = {
  tenant: DEFAULT_TENANT,
  person: "admin",
  countedAs: personKey(DEFAULT_TENANT, "admin"),
  scopes: new Set(["admin"]),
  session: undefined,
};

function newSimulationPerson(address: string): Principal {
  return {
    tenant: SIMULATION_TENANT,
    person: randomUUID(),
    countedAs: networkKey(address),
    scopes: new Set(["interview"]),
    session: undefined,
  };
}

/** Tells a secret by hashes, so that neither its content nor its length shows in the time it takes. */
function recogniserOf(secret: string | undefined): (bearer: string | undefined) => boolean {
  if (secret === undefined) return () => false;
  const expected = digest(secret);
  return (bearer) => bearer !== undefined && timingSafeEqual(digest(bearer), expected);
}

function digest(value: string): Buffer {
  return hash("sha256", value, "buffer");
}
