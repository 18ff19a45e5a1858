import type { Principal } from "../auth/principal.ts";
import { hashToken, sessionIdOfToken } from "../ids.ts";
import type { SessionRecord } from "../records/records.ts";

/** Who may end a session and read its transcript: its principal, its tenant's service, or the holder of its resume token. */
export type SessionCredential = { readonly principal: Principal } | { readonly resumeToken: string };

/** A session, running or of the records, as far as it says whose it is. */
export type OwnedSession = Pick<SessionRecord, "id" | "tenant" | "person"> & {
  readonly name: string | null | undefined;
};

/** True for the person of the session, whatever the token permits. */
export function isOwner(principal: Principal, owner: Pick<Principal, "tenant" | "person">): boolean {
  return principal.tenant === owner.tenant && principal.person === owner.person;
}

/** The owner, by a token that may hold interviews and is not bound to another session; or the tenant's service. */
export function mayActFor(principal: Principal, session: OwnedSession): boolean {
  if (principal.tenant === session.tenant && principal.scopes.has("operate")) return true;
  const isBoundElsewhere = principal.session !== undefined && ![session.id, session.name].includes(principal.session);
  return isOwner(principal, session) && principal.scopes.has("interview") && !isBoundElsewhere;
}

/** The same for a session of the past, which its last resume token opens too. */
export function mayKnowOf(record: SessionRecord, credential: SessionCredential): boolean {
  if ("principal" in credential) return mayActFor(credential.principal, record);
  return (
    sessionIdOfToken(credential.resumeToken) === record.id &&
    hashToken(credential.resumeToken) === record.resumeTokenHash
  );
}
