import type { EndReason, SessionDetails, SessionList } from "@interview-proxy/protocol";
import { type Principal, requireScope, requireTenantScope, type Scope } from "../../auth/principal.ts";
import type { Config } from "../../config/config.ts";
import { ProxyError } from "../../errors.ts";
import type { SessionRecord } from "../../records/records.ts";
import type { Usage } from "../../records/usage.ts";
import type { Transcripts } from "../../transcripts/transcripts.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import { authorisePrincipal, authorisePrincipalHere } from "../authorise.ts";
import { reach as reachOwner } from "../elsewhere.ts";
import { closePolitely } from "../limits/closing.ts";
import type { LiveSessions } from "../live-sessions.ts";
import type { Roster } from "../recovery/roster.ts";
import { isStaff, type OwnedSession } from "../ownership.ts";
import { scheduleSession, type ScheduleNeeds, type ScheduleRequest } from "./schedule-session.ts";
import { Session } from "../session.ts";
import { type ListRequest, listSessions } from "./session-list.ts";
import { describeSession } from "./session-view.ts";

/**
 * What the platform's backends and staff do with the sessions of their tenant. All of it throws FORBIDDEN where the scope
 * is missing; what names a session throws SESSION_FORBIDDEN where it is another tenant's or none, and what takes the
 * machine that runs it SessionElsewhere where that is another.
 */
export interface PlatformSessions {
  /** See {@link scheduleSession}. */
  schedule(principal: Principal, request: ScheduleRequest): Promise<OwnedSession>;
  /** The session of an id, unless it has ended. Throws SESSION_ENDED. */
  unended(id: string, principal: Principal): Promise<OwnedSession>;
  /** See {@link listSessions}. */
  list(principal: Principal, request: ListRequest): Promise<SessionList>;
  describe(id: string, principal: Principal): Promise<SessionDetails>;
  /** Gives the interviewer a word in private. Throws NO_CALL, SESSION_ENDED. */
  guide(id: string, principal: Principal, text: string): Promise<void>;
  /** Ends a session, at once or with a goodbye of the interviewer; one that has ended stays so. */
  endFor(id: string, principal: Principal, manner: { readonly goodbye: boolean }): Promise<void>;
  /** Takes the words out of the transcript of a session that has ended; returns how many turns had some. Throws SESSION_NOT_ENDED. */
  eraseTranscript(id: string, principal: Principal): Promise<number>;
  /** What the tenant's calls have used up that were begun from `since` on (milliseconds since the epoch). */
  usageSince(since: number, principal: Principal): Promise<Usage>;
}

export interface PlatformNeeds extends ScheduleNeeds {
  /** Nothing can be asked of them without saying on which tenant's behalf. */
  readonly records: ScopedRecords & ScheduleNeeds["records"];
  readonly config: Config;
  readonly live: LiveSessions;
  readonly roster: Roster;
  readonly transcripts: Transcripts;
  readonly refuseWhileDraining: () => void;
  readonly endById: (id: string, reason: EndReason) => Promise<void>;
  /** For ends that nobody waits for. */
  readonly end: (session: Session, reason: EndReason) => void;
}

export function createPlatformSessions(needs: PlatformNeeds): PlatformSessions {
  const { live, records, transcripts } = needs;

  /** The running session of an id, for who has one of these scopes, on the machine that runs it. */
  const reach = async (id: string, principal: Principal, scopes: readonly Scope[]): Promise<Session | undefined> => {
    requireScope(principal, scopes);
    const found = await authorisePrincipalHere(id, principal, (who, session) => isStaff(who, session, scopes), needs);
    return found instanceof Session ? found : undefined;
  };

  /** Lets in who has one of these scopes, for what the records are enough for. */
  const admit = async (id: string, principal: Principal, scopes: readonly Scope[]): Promise<void> => {
    requireScope(principal, scopes);
    await authorisePrincipal(id, principal, (who, session) => isStaff(who, session, scopes), needs);
  };

  const recordOf = async (id: string, { tenant }: Principal): Promise<SessionRecord> => {
    const record = await records.of(tenant).findSession(id);
    if (record === undefined) throw new ProxyError("SESSION_FORBIDDEN");
    return record;
  };

  const unended = async (id: string, principal: Principal): Promise<SessionRecord> => {
    const record = await recordOf(id, principal);
    if (record.endedAt !== null) throw new ProxyError("SESSION_ENDED");
    return record;
  };

  return {
    async schedule(principal, request) {
      requireTenantScope(principal, ["operate"]);
      needs.refuseWhileDraining();
      return scheduleSession(principal.tenant, request, needs);
    },
    async unended(id, principal) {
      await admit(id, principal, ["operate"]);
      return unended(id, principal);
    },
    async list(principal, request) {
      requireTenantScope(principal, ["operate", "observe"]);
      return listSessions(request, records.of(principal.tenant));
    },
    async describe(id, principal) {
      await admit(id, principal, ["operate", "observe"]);
      const record = await recordOf(id, principal);
      const running = live.byId(id);
      // Of its connection only the machine knows that runs it.
      const elsewhere = running === undefined && record.endedAt === null ? reachOwner(record, needs.roster) : undefined;
      if (elsewhere !== undefined) throw elsewhere;
      return describeSession(record, records.of(principal.tenant), running);
    },
    async guide(id, principal, text) {
      const session = await reach(id, principal, ["operate"]);
      if (session === undefined) await unended(id, principal);
      if (session?.call === undefined) throw new ProxyError("NO_CALL");
      session.call.prompter.instruct(text);
    },
    async endFor(id, principal, { goodbye }) {
      const session = await reach(id, principal, ["operate"]);
      if (session !== undefined && goodbye) void closePolitely(session, "ended_by_service", needs);
      else await needs.endById(id, "ended_by_service");
    },
    async eraseTranscript(id, principal) {
      await reach(id, principal, ["operate"]);
      const record = await recordOf(id, principal);
      if (live.byId(id) !== undefined || record.endedAt === null) throw new ProxyError("SESSION_NOT_ENDED");
      // The end of a call makes its last turns, which may still be on their way into the records, from whoever ran it.
      const elsewhere = reachOwner(record, needs.roster);
      if (elsewhere !== undefined) throw elsewhere;
      await transcripts.settled(id);
      return records.of(principal.tenant).eraseWords(id);
    },
    async usageSince(since, principal) {
      requireTenantScope(principal, ["operate"]);
      return records.of(principal.tenant).usageSince(since);
    },
  };
}
