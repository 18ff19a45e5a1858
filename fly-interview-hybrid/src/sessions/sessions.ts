import type { EndReason } from "@interview-proxy/protocol";
import { admitCall, admitOffer } from "../auth/admission.ts";
import type { SessionCredential } from "../auth/credentials.ts";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { RateLimits } from "../coordination/rate-limits.ts";
import { ProxyError } from "../errors.ts";
import type { Logger } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Records } from "../records/records.ts";
import type { JudgedOffer } from "../sdp/judge-offer.ts";
import type { TranscriptDocument } from "../transcripts/document.ts";
import type { Transcripts } from "../transcripts/transcripts.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import type { Tenant, TenantOf } from "../tenants/tenant.ts";
import { authoriseHere } from "./authorise.ts";
import { type CandidateInput, createCandidateInput } from "./candidate-input.ts";
import { createCallLedger } from "./calls/call-ledger.ts";
import { type CallsById, createCallsById } from "./calls/calls-by-id.ts";
import { endById } from "./end-by-id.ts";
import { reach } from "./elsewhere.ts";
import { principalOfToken } from "./find-by-token.ts";
import { Following, type Heard } from "./follow-session.ts";
import { createInvitations, type Invitations } from "./invitations/invitations.ts";
import { createLiveSessions } from "./live-sessions.ts";
import { AdmissionTurns } from "./opening/admission-turns.ts";
import { type OpenedSession, type OpenRequest, openSession } from "./opening/open-session.ts";
import { isOwner, mayActFor, mayHear, mayHold, type OwnedSession } from "./ownership.ts";
import { createPlatformSessions, type PlatformSessions } from "./platform/platform-sessions.ts";
import { createPreCheck, type PreCheck } from "./pre-check/pre-check.ts";
import { createPersons, type Persons } from "./persons/persons.ts";
import { scheduleSession, type ScheduleRequest } from "./platform/schedule-session.ts";
import { reap } from "./recovery/reaper.ts";
import { Session } from "./session.ts";
import { dropCall } from "./calls/drop-call.ts";
import { type Asker, readOffer, type StartedCall, startCall } from "./calls/start-call.ts";
import { handOver } from "./recovery/hand-over.ts";
import { letGo } from "./recovery/let-go.ts";
import { Machine } from "./recovery/machine.ts";
import { Roster } from "./recovery/roster.ts";
import type { TurnMessage } from "./told-events.ts";
import { turnsForEventsAfter } from "./turn-message.ts";

export interface SessionsNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly records: Records;
  readonly rateLimits: RateLimits;
  readonly transcripts: Transcripts;
  /** The provider of a tenant's calls. */
  readonly upstreamFor: (tenant: string) => Upstream;
  /** The provider of a tenant's call of the records; `undefined` where there is none any more. */
  readonly upstreamNamed: (name: string, tenant: string) => Upstream | undefined;
  readonly tenantOf: TenantOf;
  /** Disabled ones too. */
  readonly allTenants: () => readonly Tenant[];
}

/** The rules of sessions, shared by every door. */
export interface Sessions extends PlatformSessions, CallsById, CandidateInput {
  readonly invitations: Invitations;
  readonly persons: Persons;
  readonly preCheck: PreCheck;
  /** See {@link principalOfToken}. */
  principalOf(resumeToken: string): Promise<Principal>;
  /** Counts an offer against its person, and judges it. Throws RATE_LIMITED, and SDP_INVALID with rule and line. */
  readOffer(principal: Principal, sdp: string): Promise<JudgedOffer>;
  /** See {@link openSession}. */
  open(principal: Principal, request: OpenRequest): Promise<OpenedSession>;
  /**
   * Creates a session that waits for the caller's own person; counted as a call. Throws RATE_LIMITED, INVALID_MESSAGE, and
   * FORBIDDEN for a token that is bound to a session: that one opens it by itself.
   */
  scheduleOwn(principal: Principal, request: Omit<ScheduleRequest, "person">): Promise<OwnedSession>;
  /** See {@link turnsForEventsAfter}. */
  turnsForEventsAfter(session: Session, seq: number): Promise<readonly TurnMessage[]>;
  /** See {@link startCall}. */
  startCall(session: Session, offer: JudgedOffer, asker: Asker): Promise<StartedCall>;
  /** Ends a session; fulfilled after the first try to hang up its call. Ending it twice does no harm. */
  end(session: Session, reason: EndReason): Promise<void>;
  /** The same, for ends that nobody waits for: what fails is logged. */
  endUnwatched(session: Session, reason: EndReason): void;
  /**
   * The running session of an id, for its own person. Throws SESSION_FORBIDDEN, SessionElsewhere, SESSION_ENDED, and NO_CALL
   * where it has not begun.
   */
  runningOf(id: string, credential: SessionCredential): Promise<Session>;
  /** Ends the session of an id for who may; one that has ended before stays so. Throws SESSION_FORBIDDEN, SessionElsewhere. */
  endById(id: string, credential: SessionCredential): Promise<void>;
  /** What was said in the session of an id so far, for who may hear it. Throws SESSION_FORBIDDEN, SessionElsewhere. */
  transcriptOf(id: string, credential: SessionCredential): Promise<TranscriptDocument>;
  /** What happens in the session of an id from where somebody left off, for who may hear it. Throws SESSION_FORBIDDEN. */
  follow(id: string, credential: SessionCredential, heard: Heard): Promise<Following>;
  /** Ends what runs here of tenants that were disabled. */
  endDisabled(): void;
  /** The sessions that run in this process. */
  running(): readonly Session[];
  /** Base URL at which other machines reach this one; `null`: they cannot. */
  readonly address: string | null;
  /** Tells the other machines at which base URL they reach this one. */
  announce(address: string): void;
  /** Base URL of the other machine that runs the session of an id; `undefined`: none does that can be reached. */
  addressOf(id: string): Promise<string | undefined>;
  /** Whether another machine lives at a base URL. */
  livesAt(address: string): boolean;
  /** Takes over sessions that no machine runs, now and whenever there are any, and looks after the records until `close`. */
  takeOver(): Promise<void>;
  /** Takes no new session or call any more, and hands the running ones over to the other machines, where there are any. */
  handOver(): Promise<void>;
  /**
   * Takes no new session or call any more, ends every session or leaves it to others, and waits for hang-ups as long as a
   * stop may take.
   */
  close(): Promise<void>;
}

/** Whether a session ended because its call was gone, and no other came. */
function isCallLoss(reason: EndReason): boolean {
  return reason === "upstream_ended" || reason === "sideband_lost";
}

export function createSessions(needs: SessionsNeeds): Sessions {
  const { clock, log, metrics, records, transcripts } = needs;
  const live = createLiveSessions();
  const ledger = createCallLedger(needs);
  const exchanges = new Set<Promise<StartedCall>>();
  let draining = false;

  const end = async (session: Session, reason: EndReason): Promise<void> => {
    const wasInterrupted = session.time.interruptedAt !== null;
    if (!session.end(reason)) return;
    live.remove(session);
    if (wasInterrupted) metrics.resumes.inc({ outcome: isCallLoss(reason) ? "failed" : "abandoned" });
    log.info({ session: session.id, reason }, "session ended");
    metrics.sessionsEnded.inc({ reason });
    const update = records.updateSession(session.id, { endReason: reason, endedAt: clock.now() });
    // Its failure is told below; unheard until then it would end the process.
    update.catch(() => undefined);
    const hungUp = dropCall(session, ledger);
    // The end of the call made its last turns; whoever is connected hears them before the end.
    await transcripts.settled(session.id);
    session.announceEnd(reason);
    await Promise.all([update, hungUp]);
    await transcripts.seal(session.id);
  };

  const endLogged = (session: Session, reason: EndReason): Promise<void> =>
    end(session, reason).catch((error: unknown) => log.error({ err: error }, "session could not be ended cleanly"));

  const endUnwatched = (session: Session, reason: EndReason): void => {
    // The client may be with the machine that owns the session now.
    if (reason === "client_gone" && !machine.isSure) return session.notePresence();
    void endLogged(session, reason);
  };

  const reaping = new AbortController();

  const leaveOrEnd = async (session: Session): Promise<void> => {
    const isKept = needs.config.SESSIONS_ON_STOP === "keep" || roster.heirs.length > 0;
    if (isKept) letGo(session, all);
    else await endLogged(session, "shutdown");
  };

  const refuseWhileDraining = (): void => {
    if (draining) throw new ProxyError("DRAINING");
  };

  const endAny = (id: string, reason: EndReason): Promise<void> =>
    endById(id, reason, { ...needs, live, endRunning: end });

  const roster = new Roster();
  const all = {
    ...needs,
    live,
    ledger,
    roster,
    end: endUnwatched,
    endById: endAny,
    admissions: new AdmissionTurns(),
    refuseWhileDraining,
  };
  const machine = new Machine(all);
  const preCheck = createPreCheck(all);

  return {
    principalOf: (resumeToken) => principalOfToken(resumeToken, all),

    async readOffer(principal, sdp) {
      await admitOffer(needs.rateLimits, principal);
      return readOffer(sdp);
    },

    async open(principal, request) {
      refuseWhileDraining();
      return openSession(principal, request, all);
    },

    async scheduleOwn(principal, request) {
      if (!principal.scopes.has("interview") || principal.session !== undefined) throw new ProxyError("FORBIDDEN");
      refuseWhileDraining();
      await admitCall(needs.rateLimits, principal);
      return scheduleSession(principal.tenant, { ...request, person: principal.person }, all);
    },

    turnsForEventsAfter: (session, seq) => turnsForEventsAfter(session, seq, records),

    async startCall(session, offer, asker) {
      refuseWhileDraining();
      const exchange = startCall(session, offer, asker, all);
      exchanges.add(exchange);
      try {
        return await exchange;
      } catch (error) {
        throw session.isLetGo ? new ProxyError("SESSION_BUSY", { cause: error }) : error;
      } finally {
        exchanges.delete(exchange);
      }
    },

    end,
    endUnwatched,

    ...createCandidateInput(needs),

    async runningOf(id, credential) {
      const found = await authoriseHere(id, credential, mayHold, all);
      if (found instanceof Session) return found;
      throw new ProxyError(found.endedAt === null ? "NO_CALL" : "SESSION_ENDED");
    },

    async endById(id, credential) {
      await authoriseHere(id, credential, mayActFor, all);
      await endAny(id, "deleted");
    },

    async transcriptOf(id, credential) {
      const found = await authoriseHere(id, credential, mayHear, all);
      const record = found instanceof Session ? await records.of(found.principal.tenant).findSession(id) : found;
      if (record === undefined) throw new ProxyError("SESSION_FORBIDDEN");
      // Its last turns may still be on their way from whoever ran it, and what is signed now is signed for good.
      const elsewhere = record.endedAt === null ? undefined : reach(record, roster);
      if (elsewhere !== undefined && (await records.findSeal(id)) === undefined) throw elsewhere;
      return transcripts.document(record);
    },

    async follow(id, credential, heard) {
      await authoriseHere(id, credential, mayHear, all);
      const isOfPerson = (session: Session): boolean =>
        "resumeToken" in credential || isOwner(credential.principal, session.principal);
      return new Following({ id, heard, isOfPerson }, all);
    },

    ...createPlatformSessions(all),
    invitations: createInvitations(all),
    persons: createPersons(all),
    preCheck,
    ...createCallsById({ ...all, endRunning: end }),

    endDisabled() {
      for (const session of live.all())
        if (!needs.tenantOf(session.principal.tenant).isActive) endUnwatched(session, "ended_by_service");
    },

    running: () => live.all(),

    get address() {
      return machine.address;
    },

    announce(address) {
      machine.address = address;
    },

    async addressOf(id) {
      if (live.byId(id) !== undefined) return undefined;
      const record = await records.findSession(id);
      return record === undefined || record.endedAt !== null ? undefined : reach(record, roster)?.address;
    },

    livesAt: (address) => roster.livesAt(address),

    async takeOver() {
      await machine.begin();
      void reap(all, reaping.signal);
    },

    async handOver() {
      draining = true;
      await machine.drain();
      await handOver(all);
    },

    async close() {
      draining = true;
      reaping.abort();
      await Promise.all([preCheck.close(), ...live.all().map(leaveOrEnd)]);
      // Their sessions have ended, so they give up now, and leave to the ledger what came of them.
      await Promise.allSettled(exchanges);
      await ledger.close();
      await machine.leave();
    },
  };
}
