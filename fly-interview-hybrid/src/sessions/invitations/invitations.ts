import type { EndReason, ErrorCode, Invitation, InvitationList } from "@interview-proxy/protocol";
import type { NamedInvitation } from "../../auth/invitation-texts.ts";
import { type Principal, requireTenantScope } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import { newInvitationId } from "../../ids.ts";
import type { InvitationRecord, InvitationRecords, Redeemed } from "../../records/invitations.ts";
import type { SessionRecord } from "../../records/records.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import { briefOf } from "../opening/brief.ts";
import { checkPersona, DEFAULT_PERSONA } from "../opening/personas.ts";
import type { OwnedSession } from "../ownership.ts";
import { readPage } from "../platform/list-page.ts";
import { type ScheduleNeeds, type ScheduleRequest, waitingSession } from "../platform/schedule-session.ts";
import { toPrincipal } from "../session-record.ts";
import { toInvitation } from "./invitation-view.ts";

/** An interview to which somebody is invited. */
export interface InviteRequest extends ScheduleRequest {
  readonly expiresInSeconds?: number | undefined;
}

/** Which page of which invitations. `cursor`: `nextCursor` of the page before. */
export interface InvitationListRequest {
  readonly person?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/**
 * Invitations: the platform makes and revokes those of its tenant, and whoever has the text of one comes to its interview.
 * What the platform does throws FORBIDDEN where the scope is missing, and NOT_FOUND for another tenant's or none.
 */
export interface Invitations {
  /** Throws INVALID_MESSAGE for an unknown persona. */
  invite(principal: Principal, request: InviteRequest): Promise<InvitationRecord>;
  list(principal: Principal, request: InvitationListRequest): Promise<InvitationList>;
  describe(id: string, principal: Principal): Promise<Invitation>;
  /**
   * Lets nobody come by it any more, and ends its interview where that waits still. One that runs goes on. Revoking twice
   * does no harm.
   */
  revoke(id: string, principal: Principal): Promise<void>;
  /**
   * The session of an invitation: a new one at first, and then the same as long as it has not ended. Throws
   * INVITATION_INVALID, INVITATION_EXPIRED, INVITATION_REVOKED, INVITATION_EXHAUSTED, and INVITATION_USED with the reason of
   * the end. `isConsent`: the candidate agrees to the interview, as the page tells; it is noted the first time.
   */
  redeem(named: NamedInvitation, isConsent: boolean): Promise<OwnedSession>;
  /** Who may redeem an invitation. Looking is no attempt, and throws as redeeming would. */
  holderOf(named: NamedInvitation): Promise<Principal>;
}

export interface InvitationsNeeds extends ScheduleNeeds {
  readonly records: ScopedRecords & InvitationRecords & ScheduleNeeds["records"];
  readonly refuseWhileDraining: () => void;
  readonly endById: (id: string, reason: EndReason) => Promise<void>;
}

/** Who has redeemed an invitation in the last moment has the life of a ticket to come, in milliseconds. */
const COME_WITHIN_MS = 60_000;

/** What somebody is told whose invitation leads nowhere. */
const REFUSALS: Readonly<Record<Exclude<Redeemed["outcome"], "opened" | "reopened">, ErrorCode>> = {
  unknown: "INVITATION_INVALID",
  exhausted: "INVITATION_EXHAUSTED",
  revoked: "INVITATION_REVOKED",
  expired: "INVITATION_EXPIRED",
  over: "INVITATION_USED",
};

export function createInvitations(needs: InvitationsNeeds): Invitations {
  const { clock, log, records, tenantOf } = needs;

  /** The settings may have become stricter since the invitation was made. */
  const sessionOf = ({ tenant, person, persona, brief, expiresAt }: InvitationRecord): SessionRecord => {
    const createdAt = clock.now();
    const deadline = Math.max(expiresAt, createdAt + COME_WITHIN_MS);
    const settled = briefOf(tenantOf(tenant).config, brief);
    return waitingSession({ tenant, person, persona, brief: settled, createdAt, deadline });
  };

  return {
    async invite(principal, { person, persona = DEFAULT_PERSONA, brief, expiresInSeconds }) {
      requireTenantScope(principal, ["operate"]);
      needs.refuseWhileDraining();
      const tenant = tenantOf(principal.tenant);
      const { config } = tenant;
      checkPersona(persona, "persona", tenant);
      const createdAt = clock.now();
      const invitation: InvitationRecord = {
        id: newInvitationId(),
        tenant: principal.tenant,
        person,
        persona,
        brief: briefOf(config, brief),
        createdAt,
        expiresAt: createdAt + (expiresInSeconds ?? config.INVITATION_SECONDS) * 1000,
        redeemedAt: null,
        revokedAt: null,
        attempts: 0,
        sessionId: null,
      };
      await records.insertInvitation(invitation);
      log.info({ invitation: invitation.id, tenant: principal.tenant, persona }, "invitation made");
      return invitation;
    },

    async list(principal, request) {
      requireTenantScope(principal, ["operate", "observe"]);
      const { tenant } = principal;
      const { entries, nextCursor } = await readPage(request, (after, limit) =>
        records.listInvitations({ tenant, person: request.person, after, limit }),
      );
      return { invitations: entries.map((record) => toInvitation(record, clock.now())), nextCursor };
    },

    async describe(id, principal) {
      requireTenantScope(principal, ["operate", "observe"]);
      const record = await records.findInvitation({ id, tenant: principal.tenant });
      if (record === undefined) throw new ProxyError("NOT_FOUND");
      return toInvitation(record, clock.now());
    },

    async revoke(id, principal) {
      requireTenantScope(principal, ["operate"]);
      const { tenant } = principal;
      const record = await records.revokeInvitation({ id, tenant }, clock.now());
      if (record === undefined) throw new ProxyError("NOT_FOUND");
      log.info({ invitation: id, tenant, by: principal.person }, "invitation revoked");
      const session = record.sessionId === null ? undefined : await records.of(tenant).findSession(record.sessionId);
      // Its ticket may be under way.
      if (session?.startedAt === null) await needs.endById(session.id, "deleted");
    },

    async redeem(named, isConsent) {
      needs.refuseWhileDraining();
      const { isActive, config } = tenantOf(named.tenant);
      if (!isActive) throw new ProxyError("INVITATION_INVALID");
      const redemption = { now: clock.now(), maxAttempts: config.INVITATION_ATTEMPTS, isConsent, sessionOf };
      const redeemed = await records.redeemInvitation(named, redemption);
      log.info({ invitation: named.id, tenant: named.tenant, outcome: redeemed.outcome }, "invitation presented");
      if (redeemed.outcome === "opened" || redeemed.outcome === "reopened") return redeemed.session;
      const reason = redeemed.outcome === "over" ? redeemed.session.endReason : null;
      throw new ProxyError(REFUSALS[redeemed.outcome], reason === null ? {} : { facts: { reason } });
    },

    async holderOf(named) {
      const { isActive, config } = tenantOf(named.tenant);
      const record = isActive ? await records.findInvitation(named) : undefined;
      if (record === undefined) throw new ProxyError("INVITATION_INVALID");
      if (record.attempts >= config.INVITATION_ATTEMPTS) throw new ProxyError("INVITATION_EXHAUSTED");
      if (record.revokedAt !== null) throw new ProxyError("INVITATION_REVOKED");
      const { sessionId, tenant, expiresAt } = record;
      const session = sessionId === null ? undefined : await records.of(tenant).findSession(sessionId);
      const isBegun = session !== undefined && session.startedAt !== null;
      if (!isBegun && expiresAt < clock.now()) throw new ProxyError("INVITATION_EXPIRED");
      const reason = session?.endReason ?? null;
      if (reason !== null) throw new ProxyError("INVITATION_USED", { facts: { reason } });
      return toPrincipal(record);
    },
  };
}
