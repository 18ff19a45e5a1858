import { personKey } from "../auth/admission.ts";
import type { Principal } from "../auth/principal.ts";
import type { SessionRecord } from "../records/records.ts";
import type { Session } from "./session.ts";

/** A session as the records keep it from its beginning. */
export function toRecord(session: Session): SessionRecord {
  return {
    id: session.id,
    tenant: session.principal.tenant,
    person: session.principal.person,
    name: session.name ?? null,
    persona: session.persona,
    brief: session.brief,
    endReason: null,
    resumeTokenHashes: session.tokens.hashes,
    owner: null,
    fence: 0,
    createdAt: session.createdAt,
    startedAt: session.startedAt,
    deadline: session.time.deadline,
    interruptedAt: null,
    mutedAt: session.mutedAt,
    consentedAt: null,
    endedAt: null,
  };
}

/** The person of a session of the records. */
export function toPrincipal({ tenant, person }: Pick<SessionRecord, "tenant" | "person">): Principal {
  const scopes = new Set(["interview"] as const);
  return { tenant, person, countedAs: personKey(tenant, person), scopes, session: undefined };
}
