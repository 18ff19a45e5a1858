import type { ErrorCode } from "@interview-proxy/protocol";
import { type Principal, SIMULATION_TENANT } from "../auth/principal.ts";
import { ProxyError } from "../errors.ts";
import { hashToken, sessionIdOfToken } from "../ids.ts";
import type { Records, SessionRecord } from "../records/records.ts";
import { refusalElsewhere, SessionElsewhere } from "./elsewhere.ts";
import type { LiveSessions } from "./live-sessions.ts";
import { isOwner } from "./ownership.ts";
import type { TenantOf } from "../tenants/tenant.ts";
import type { Roster } from "./recovery/roster.ts";
import type { Session } from "./session.ts";
import { toPrincipal } from "./session-record.ts";
import { acceptToken } from "./accept-token.ts";

interface FindByTokenNeeds {
  readonly live: LiveSessions;
  readonly records: Records;
  readonly roster: Roster;
}

/**
 * The running session that a resume token opens for who presents it. Throws SESSION_FORBIDDEN for a token that is not valid
 * (any more), or another person's; for a valid one of a session that has ended SESSION_ENDED with the reason, of one that
 * runs elsewhere {@link SessionElsewhere}, of one that is about to end, or that no machine runs, SESSION_BUSY.
 */
export async function findByToken(token: string, principal: Principal, needs: FindByTokenNeeds): Promise<Session> {
  const check = (owner: Owner): void => {
    if (!mayPresent(principal, owner)) throw new ProxyError("SESSION_FORBIDDEN");
  };
  const session = await liveByToken(token, check, needs);
  if (session !== undefined) return session;
  const record = await recordByToken(token, "SESSION_FORBIDDEN", check, needs);
  throw refusalElsewhere(record, needs.roster) ?? new ProxyError("SESSION_BUSY");
}

/**
 * Who comes with nothing but a resume token: the person of its session, bound to it, wherever it runs. Throws as
 * {@link findByToken} does, and UNAUTHENTICATED for a token that is not valid (any more).
 */
export async function principalOfToken(
  token: string,
  needs: FindByTokenNeeds & { readonly tenantOf: TenantOf },
): Promise<Principal> {
  const principal = await personOfToken(token, needs);
  if (!needs.tenantOf(principal.tenant).isActive) throw new ProxyError("UNAUTHENTICATED");
  return principal;
}

async function personOfToken(token: string, needs: FindByTokenNeeds): Promise<Principal> {
  const session = await liveByToken(token, anybody, needs);
  if (session !== undefined) return { ...session.principal, session: session.id };
  const record = await recordByToken(token, "UNAUTHENTICATED", anybody, needs);
  const refusal = refusalElsewhere(record, needs.roster);
  if (refusal instanceof SessionElsewhere) return { ...toPrincipal(record), session: record.id };
  throw refusal ?? new ProxyError("SESSION_BUSY");
}

type Owner = Pick<Principal, "tenant" | "person">;
/** Throws where the token is not this owner's to present. */
type OwnerCheck = (owner: Owner) => void;

const anybody: OwnerCheck = () => undefined;

/** The person of the session; visitors of the simulation are somebody new each time. */
function mayPresent(principal: Principal, owner: Owner): boolean {
  const isVisitor = principal.tenant === SIMULATION_TENANT && owner.tenant === SIMULATION_TENANT;
  return isVisitor || isOwner(principal, owner);
}

async function liveByToken(
  token: string,
  check: OwnerCheck,
  { live, records }: FindByTokenNeeds,
): Promise<Session | undefined> {
  const session = live.byId(sessionIdOfToken(token) ?? "");
  if (session === undefined) return undefined;
  // Before the token is accepted: presented by somebody else it must not spend those before it.
  check(session.principal);
  return (await acceptToken(session, token, records)) ? session : undefined;
}

/** The session of the records that a valid token opens, unless it has ended. */
async function recordByToken(
  token: string,
  unknown: Extract<ErrorCode, "UNAUTHENTICATED" | "SESSION_FORBIDDEN">,
  check: OwnerCheck,
  { records }: FindByTokenNeeds,
): Promise<SessionRecord> {
  const record = await records.findSession(sessionIdOfToken(token) ?? "");
  if (record?.resumeTokenHashes.includes(hashToken(token)) !== true) throw new ProxyError(unknown);
  check(record);
  if (record.endReason !== null) throw new ProxyError("SESSION_ENDED", { facts: { reason: record.endReason } });
  return record;
}
