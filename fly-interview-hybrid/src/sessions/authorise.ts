import type { SessionCredential } from "../auth/credentials.ts";
import type { Principal } from "../auth/principal.ts";
import { ProxyError } from "../errors.ts";
import type { Records, SessionRecord } from "../records/records.ts";
import type { ScopedRecords } from "../records/tenant-scope.ts";
import type { TenantOf } from "../tenants/tenant.ts";
import { refusalElsewhere } from "./elsewhere.ts";
import type { LiveSessions } from "./live-sessions.ts";
import { isOpenedBy, type Right } from "./ownership.ts";
import type { Roster } from "./recovery/roster.ts";
import { Session } from "./session.ts";
import { acceptToken } from "./accept-token.ts";

interface AuthorisePrincipalNeeds {
  readonly live: LiveSessions;
  readonly records: ScopedRecords;
  readonly roster: Roster;
}

export interface AuthoriseNeeds extends AuthorisePrincipalNeeds {
  readonly records: ScopedRecords & Pick<Records, "findSession" | "updateSession">;
  readonly tenantOf: TenantOf;
}

/**
 * The session of an id where it runs here, or else what the records have of it. Throws SESSION_FORBIDDEN where the
 * credential does not open it: another's session is not told apart from one that never was.
 */
export async function authorise(
  id: string,
  credential: SessionCredential,
  may: Right,
  needs: AuthoriseNeeds,
): Promise<Session | SessionRecord> {
  if ("principal" in credential) return authorisePrincipal(id, credential.principal, may, needs);
  const { live, records, tenantOf } = needs;
  const session = live.byId(id);
  // Whose it is follows from the token.
  const found = session ?? (await records.findSession(id));
  const isOpened =
    found instanceof Session
      ? await acceptToken(found, credential.resumeToken, records)
      : found !== undefined && isOpenedBy(found, credential, may);
  if (found === undefined || !isOpened) throw new ProxyError("SESSION_FORBIDDEN");
  const tenant = found instanceof Session ? found.principal.tenant : found.tenant;
  if (!tenantOf(tenant).isActive) throw new ProxyError("SESSION_FORBIDDEN");
  return found;
}

/** The same for who has said who it is: nothing but its own tenant's sessions is looked at. */
export async function authorisePrincipal(
  id: string,
  principal: Principal,
  may: Right,
  { live, records }: AuthorisePrincipalNeeds,
): Promise<Session | SessionRecord> {
  const session = live.byId(id);
  if (session !== undefined) {
    if (!may(principal, { ...session.principal, id, name: session.name })) throw new ProxyError("SESSION_FORBIDDEN");
    return session;
  }
  const record = await records.of(principal.tenant).findSession(id);
  if (record === undefined || !may(principal, record)) throw new ProxyError("SESSION_FORBIDDEN");
  return record;
}

/**
 * The same as {@link authorise} for what takes the machine that runs the session. Where that is another it throws what
 * {@link refusalElsewhere} says.
 */
export async function authoriseHere(
  id: string,
  credential: SessionCredential,
  may: Right,
  needs: AuthoriseNeeds,
): Promise<Session | SessionRecord> {
  return here(await authorise(id, credential, may, needs), needs);
}

/** The same as {@link authorisePrincipal}, there. */
export async function authorisePrincipalHere(
  id: string,
  principal: Principal,
  may: Right,
  needs: AuthorisePrincipalNeeds,
): Promise<Session | SessionRecord> {
  return here(await authorisePrincipal(id, principal, may, needs), needs);
}

function here(found: Session | SessionRecord, { roster }: AuthorisePrincipalNeeds): Session | SessionRecord {
  const refusal = found instanceof Session ? undefined : refusalElsewhere(found, roster);
  if (refusal !== undefined) throw refusal;
  return found;
}
