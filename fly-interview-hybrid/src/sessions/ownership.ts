import type { SessionCredential } from "../auth/credentials.ts";
import type { Principal, Scope } from "../auth/principal.ts";
import { hashToken, sessionIdOfToken } from "../ids.ts";
import type { SessionRecord } from "../records/records.ts";

/** A session, running or of the records, as far as it says whose it is. */
export type OwnedSession = Pick<SessionRecord, "id" | "tenant" | "person"> & {
  readonly name: string | null | undefined;
};

/** Whether a principal may do something with a session. */
export type Right = (principal: Principal, session: OwnedSession) => boolean;

/** True for the person of the session, whatever the token permits. */
export function isOwner(principal: Principal, owner: Pick<Principal, "tenant" | "person">): boolean {
  return principal.tenant === owner.tenant && principal.person === owner.person;
}

/** The person of the session, by a token that may hold interviews and is not bound to another session. */
export const mayHold: Right = (principal, session) => {
  const isBoundElsewhere = principal.session !== undefined && ![session.id, session.name].includes(principal.session);
  return isOwner(principal, session) && principal.scopes.has("interview") && !isBoundElsewhere;
};

/** Its person, or the tenant's backend. */
export const mayActFor: Right = (principal, session) =>
  isStaff(principal, session, ["operate"]) || mayHold(principal, session);

/** The same, or whoever may observe the tenant's sessions. */
export const mayHear: Right = (principal, session) =>
  isStaff(principal, session, ["operate", "observe"]) || mayHold(principal, session);

/** The tenant's staff and backends, by a token with one of these scopes that is not bound to another session. */
export function isStaff(principal: Principal, session: OwnedSession, scopes: readonly Scope[]): boolean {
  const isBoundElsewhere = principal.session !== undefined && principal.session !== session.id;
  return (
    principal.tenant === session.tenant && scopes.some((scope) => principal.scopes.has(scope)) && !isBoundElsewhere
  );
}

/** The same for a session of the past, which its last resume tokens open too. */
export function isOpenedBy(record: SessionRecord, credential: SessionCredential, may: Right): boolean {
  if ("principal" in credential) return may(credential.principal, record);
  return (
    sessionIdOfToken(credential.resumeToken) === record.id &&
    record.resumeTokenHashes.includes(hashToken(credential.resumeToken))
  );
}
