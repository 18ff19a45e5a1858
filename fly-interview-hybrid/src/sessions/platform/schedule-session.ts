import type { Clock } from "../../clock.ts";
import { newSessionId } from "../../ids.ts";
import type { Logger } from "../../ops/log.ts";
import type { Records, SessionRecord } from "../../records/records.ts";
import type { TenantOf } from "../../tenants/tenant.ts";
import { type BriefRequest, briefOf } from "../opening/brief.ts";
import { checkPersona, DEFAULT_PERSONA } from "../opening/personas.ts";

/** An interview that is to be held. */
export interface ScheduleRequest {
  readonly person: string;
  readonly persona?: string | undefined;
  readonly brief: BriefRequest;
}

export interface ScheduleNeeds {
  readonly tenantOf: TenantOf;
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Pick<Records, "insertSession">;
}

/** Creates a session that waits in the records until its person comes. Throws INVALID_MESSAGE for an unknown persona. */
export async function scheduleSession(
  tenant: string,
  { person, persona = DEFAULT_PERSONA, brief }: ScheduleRequest,
  { tenantOf, clock, log, records }: ScheduleNeeds,
): Promise<SessionRecord> {
  const settled = tenantOf(tenant);
  const { config } = settled;
  checkPersona(persona, "persona", settled);
  const createdAt = clock.now();
  const deadline = createdAt + config.START_WITHIN_SECONDS * 1000;
  const record = waitingSession({ tenant, person, persona, brief: briefOf(config, brief), createdAt, deadline });
  await records.insertSession(record);
  log.info({ session: record.id, tenant, persona }, "session scheduled");
  return record;
}

/** A session that waits for its person, until `deadline`. */
export function waitingSession(
  facts: Pick<SessionRecord, "tenant" | "person" | "persona" | "brief" | "createdAt" | "deadline">,
): SessionRecord {
  return {
    ...facts,
    id: newSessionId(),
    name: null,
    endReason: null,
    resumeTokenHashes: [],
    owner: null,
    fence: 0,
    startedAt: null,
    interruptedAt: null,
    mutedAt: null,
    consentedAt: null,
    endedAt: null,
  };
}
