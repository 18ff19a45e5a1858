import type { SessionDetails, SessionStatus, SessionSummary } from "@interview-proxy/protocol";
import type { CallRecord, Records, SessionRecord } from "../../records/records.ts";

/** A session as lists show it. */
export function toSummary(record: SessionRecord): SessionSummary {
  return {
    sessionId: record.id,
    person: record.person,
    persona: record.persona,
    status: statusOf(record),
    createdAt: toTime(record.createdAt),
    startedAt: toTimeOrNull(record.startedAt),
    deadline: toTime(record.deadline),
    endedAt: toTimeOrNull(record.endedAt),
    endReason: record.endReason,
    metadata: { ...record.brief.metadata },
  };
}

/** Everything about a session but what its interviewer is told and what was said. */
export async function describeSession(record: SessionRecord, records: Records): Promise<SessionDetails> {
  const [usage, calls, marks] = await Promise.all([
    records.usageOfSession(record.id),
    records.callsOf(record.id),
    records.marksOf(record.id),
  ]);
  const { maxSeconds, warnAtSeconds, budget, language } = record.brief;
  return {
    ...toSummary(record),
    language: language ?? null,
    limits: { maxDurationSeconds: maxSeconds, warnAtSeconds: [...warnAtSeconds], budget: { ...budget } },
    usage,
    calls: await Promise.all(calls.map((call) => describeCall(call, records))),
    marks: marks.map(({ at, callId, kind, text, counted }) => ({ at: toTime(at), callId, kind, text, counted })),
  };
}

async function describeCall(
  { id, state, createdAt, endedAt }: CallRecord,
  records: Records,
): Promise<SessionDetails["calls"][number]> {
  const usage = await records.usageOfCall(id);
  return { callId: id, state, createdAt: toTime(createdAt), endedAt: toTimeOrNull(endedAt), usage };
}

function statusOf({ startedAt, endedAt }: SessionRecord): SessionStatus {
  if (endedAt !== null) return "ended";
  return startedAt === null ? "scheduled" : "running";
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

function toTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : toTime(ms);
}
