import type { Invitation } from "@interview-proxy/protocol";
import { toIsoTime, toIsoTimeOrNull } from "../../iso-time.ts";
import type { InvitationRecord } from "../../records/invitations.ts";

/** An invitation as the platform sees it. `now`: milliseconds since the epoch. */
export function toInvitation(record: InvitationRecord, now: number): Invitation {
  return {
    invitationId: record.id,
    person: record.person,
    persona: record.persona,
    status: statusOf(record, now),
    createdAt: toIsoTime(record.createdAt),
    expiresAt: toIsoTime(record.expiresAt),
    redeemedAt: toIsoTimeOrNull(record.redeemedAt),
    revokedAt: toIsoTimeOrNull(record.revokedAt),
    attempts: record.attempts,
    sessionId: record.sessionId,
    metadata: { ...record.brief.metadata },
  };
}

function statusOf({ revokedAt, redeemedAt, expiresAt }: InvitationRecord, now: number): Invitation["status"] {
  if (revokedAt !== null) return "revoked";
  if (redeemedAt !== null) return "redeemed";
  return expiresAt < now ? "expired" : "open";
}
