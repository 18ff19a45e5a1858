import type { SessionRecord } from "../src/records/records.ts";

/** A session that begins at `startedAt`, in milliseconds since the epoch, and may last for `ms`. */
export function sessionAt(startedAt: number, ms: number): SessionRecord {
  return {
    id: "ses_a",
    tenant: "default",
    person: "ada",
    name: null,
    persona: "interviewer",
    brief: { maxSeconds: 3600, warnAtSeconds: [], budget: {} },
    endReason: null,
    resumeTokenHashes: ["h"],
    owner: null,
    fence: 0,
    createdAt: startedAt,
    startedAt,
    deadline: startedAt + ms,
    interruptedAt: null,
    mutedAt: null,
    consentedAt: null,
    endedAt: null,
  };
}
