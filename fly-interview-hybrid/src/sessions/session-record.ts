import type { SessionRecord } from "../records/records.ts";
import type { Session } from "./session.ts";

/** A session as the records keep it from its beginning. */
export function toRecord(session: Session, resumeTokenHash: string): SessionRecord {
  return {
    id: session.id,
    tenant: session.principal.tenant,
    person: session.principal.person,
    name: session.name ?? null,
    persona: session.persona,
    brief: session.brief,
    endReason: null,
    resumeTokenHash,
    createdAt: session.createdAt,
    startedAt: session.startedAt,
    deadline: session.time.deadline,
    interruptedAt: null,
    endedAt: null,
  };
}
