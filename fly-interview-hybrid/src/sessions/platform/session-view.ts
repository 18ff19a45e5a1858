import type { SessionDetails, SessionStatus, SessionSummary } from "@interview-proxy/protocol";
import { toIsoTime, toIsoTimeOrNull } from "../../iso-time.ts";
import type { CallRecord, SessionRecord } from "../../records/records.ts";
import type { TenantScope } from "../../records/tenant-scope.ts";
import { addUsage, NO_USAGE } from "../../records/usage.ts";
import type { Session, ToldConnection } from "../session.ts";

/** A session as lists show it. */
export function toSummary(record: SessionRecord): SessionSummary {
  return {
    sessionId: record.id,
    person: record.person,
    persona: record.persona,
    status: statusOf(record),
    createdAt: toIsoTime(record.createdAt),
    startedAt: toIsoTimeOrNull(record.startedAt),
    deadline: toIsoTime(record.deadline),
    endedAt: toIsoTimeOrNull(record.endedAt),
    endReason: record.endReason,
    muted: record.mutedAt !== null && record.endedAt === null,
    metadata: { ...record.brief.metadata },
  };
}

/** Everything about a session but what its interviewer is told and what was said. `running`: what runs of it here. */
export async function describeSession(
  record: SessionRecord,
  own: TenantScope,
  running?: Pick<Session, "connection">,
): Promise<SessionDetails> {
  const [calls, marks] = await Promise.all([own.callsOf(record.id), own.marksOf(record.id)]);
  const described = await Promise.all(calls.map((call) => describeCall(call, own)));
  const { maxSeconds, warnAtSeconds, budget, language } = record.brief;
  return {
    ...toSummary(record),
    language: language ?? null,
    consentedAt: toIsoTimeOrNull(record.consentedAt),
    limits: { maxDurationSeconds: maxSeconds, warnAtSeconds: [...warnAtSeconds], budget: { ...budget } },
    connection: toConnection(running?.connection),
    usage: described.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
    calls: described,
    marks: marks.map(({ at, callId, kind, text, counted }) => ({ at: toIsoTime(at), callId, kind, text, counted })),
  };
}

function toConnection(told: ToldConnection | undefined): SessionDetails["connection"] {
  return told === undefined ? null : { ...told, at: toIsoTime(told.at) };
}

async function describeCall(
  { id, state, createdAt, endedAt }: CallRecord,
  own: TenantScope,
): Promise<SessionDetails["calls"][number]> {
  const usage = await own.usageOfCall(id);
  return { callId: id, state, createdAt: toIsoTime(createdAt), endedAt: toIsoTimeOrNull(endedAt), usage };
}

function statusOf({ startedAt, endedAt }: SessionRecord): SessionStatus {
  if (endedAt !== null) return "ended";
  return startedAt === null ? "scheduled" : "running";
}
