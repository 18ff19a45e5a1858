import { type EndReason, type IceServer, SESSION_ID_PATTERN } from "@interview-proxy/protocol";
import { admitOffer } from "../auth/admission.ts";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { RateLimits } from "../coordination/rate-limits.ts";
import { ProxyError } from "../errors.ts";
import { newSessionId } from "../ids.ts";
import type { Logger } from "../ops/log.ts";
import type { Records } from "../records/records.ts";
import type { JudgedOffer } from "../sdp/judge-offer.ts";
import type { TranscriptDocument } from "../transcripts/document.ts";
import type { Transcripts } from "../transcripts/transcripts.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import { createCallLedger } from "./call-ledger.ts";
import { iceServersFor } from "./ice-servers.ts";
import { endLeftovers } from "./leftovers.ts";
import { createLiveSessions } from "./live-sessions.ts";
import { isOwner, mayActFor, mayKnowOf, type SessionCredential } from "./ownership.ts";
import { DEFAULT_PERSONA, planOf } from "./personas.ts";
import { Session } from "./session.ts";
import { toRecord } from "./session-record.ts";
import { dropCall, readOffer, type StartedCall, startCall } from "./start-call.ts";

export interface SessionsNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Records;
  readonly rateLimits: RateLimits;
  readonly transcripts: Transcripts;
  /** The provider of a tenant's calls. */
  readonly upstreamFor: (tenant: string) => Upstream;
  /** The provider of a call of the records; `undefined` where there is none any more. */
  readonly upstreamNamed: (name: string) => Upstream | undefined;
}

export interface OpenRequest {
  /** An id of ours, to come back to it, or a name of the client's own. */
  readonly sessionId?: string | undefined;
  readonly persona?: string | undefined;
  readonly resumeToken?: string | undefined;
}

export interface OpenedSession {
  readonly session: Session;
  /** The next credential for this session; the one before it is spent when this one is first used. */
  readonly resumeToken: string;
  /** True where the session was there already, its call untouched. */
  readonly resumed: boolean;
  readonly iceServers: readonly IceServer[];
}

/** The rules of sessions, shared by every door. */
export interface Sessions {
  /** Who the holder of a resume token is: the session's principal, bound to it. Throws UNAUTHENTICATED. */
  principalOf(resumeToken: string): Principal;
  /** Counts an offer against its person, and judges it. Throws RATE_LIMITED, and SDP_INVALID with rule and line. */
  readOffer(principal: Principal, sdp: string): Promise<JudgedOffer>;
  /** Opens a session or comes back to one. Throws SESSION_FORBIDDEN, SESSION_ENDED, INVALID_MESSAGE, DRAINING. */
  open(principal: Principal, request: OpenRequest): Promise<OpenedSession>;
  /** See {@link startCall}. */
  startCall(session: Session, offer: JudgedOffer, departure: AbortSignal): Promise<StartedCall>;
  /** Ends a session; fulfilled after the first try to hang up its call. Ending it twice does no harm. */
  end(session: Session, reason: EndReason): Promise<void>;
  /** The same, for ends that nobody waits for: what fails is logged. */
  endUnwatched(session: Session, reason: EndReason): void;
  /** Ends the session of an id for who may; one that has ended before stays so. Throws SESSION_FORBIDDEN. */
  endById(id: string, credential: SessionCredential): Promise<void>;
  /** What was said in the session of an id so far, for who may read it. Throws SESSION_FORBIDDEN. */
  transcriptOf(id: string, credential: SessionCredential): Promise<TranscriptDocument>;
  /** Ends what an earlier process on the same records has left running. */
  endLeftovers(): Promise<void>;
  /** Takes no new session or call any more, ends every session, and waits for hang-ups as long as a stop may take. */
  close(): Promise<void>;
}

export function createSessions(needs: SessionsNeeds): Sessions {
  const { config, clock, log, records, transcripts } = needs;
  const live = createLiveSessions();
  const ledger = createCallLedger(needs);
  const exchanges = new Set<Promise<StartedCall>>();
  let draining = false;

  const end = async (session: Session, reason: EndReason): Promise<void> => {
    if (!session.end(reason)) return;
    live.remove(session);
    log.info({ session: session.id, reason }, "session ended");
    const update = records.updateSession(session.id, { endReason: reason, endedAt: clock.now() });
    const hungUp = dropCall(session, ledger);
    // The end of the call made its last turns; whoever is connected hears them before the end.
    await transcripts.settled(session.id);
    session.announceEnd(reason);
    await Promise.all([update, hungUp]);
    await transcripts.seal(session.id);
  };

  const endUnwatched = (session: Session, reason: EndReason): void => {
    end(session, reason).catch((error: unknown) => log.error({ err: error }, "session could not be ended cleanly"));
  };

  const create = async (principal: Principal, name: string | undefined, persona: string): Promise<OpenedSession> => {
    planOf(persona, config);
    const createdAt = clock.now();
    const session: Session = new Session(
      {
        id: newSessionId(),
        name,
        persona,
        principal,
        createdAt,
        deadline: createdAt + config.MAX_SESSION_SECONDS * 1000,
        idleMs: config.IDLE_SECONDS * 1000,
      },
      clock,
      (reason) => endUnwatched(session, reason),
    );
    // Before the first await, so that a second `open` of the same name meets this session.
    live.add(session);
    const { token, hash } = session.issueToken();
    try {
      await records.insertSession(toRecord(session, hash));
    } catch (error) {
      session.end("shutdown");
      live.remove(session);
      throw error;
    }
    log.info({ session: session.id, tenant: principal.tenant, persona }, "session opened");
    return opened(session, token, false);
  };

  const comeBack = async (session: Session): Promise<OpenedSession> => {
    session.notePresence();
    const { token, hash } = session.issueToken();
    await records.updateSession(session.id, { resumeTokenHash: hash });
    return opened(session, token, true);
  };

  const opened = (session: Session, resumeToken: string, resumed: boolean): OpenedSession => ({
    session,
    resumeToken,
    resumed,
    iceServers: iceServersFor(config, session.id, session.deadline),
  });

  const refuseWhileDraining = (): void => {
    if (draining) throw new ProxyError("DRAINING");
  };

  /** The session of an id where it runs; throws where the credential does not open it, running or not. */
  const authorised = async (id: string, credential: SessionCredential): Promise<Session | undefined> => {
    const session = live.byId(id);
    if (session !== undefined) {
      const isHis =
        "principal" in credential
          ? mayActFor(credential.principal, { ...session.principal, id, name: session.name })
          : session.acceptToken(credential.resumeToken);
      if (!isHis) throw new ProxyError("SESSION_FORBIDDEN");
      return session;
    }
    const record = await records.findSession(id);
    if (record === undefined || !mayKnowOf(record, credential)) throw new ProxyError("SESSION_FORBIDDEN");
    return undefined;
  };

  return {
    principalOf(resumeToken) {
      const session = live.byToken(resumeToken);
      if (session === undefined) throw new ProxyError("UNAUTHENTICATED");
      return { ...session.principal, session: session.id };
    },

    async readOffer(principal, sdp) {
      await admitOffer(needs.rateLimits, principal);
      return readOffer(sdp);
    },

    async open(principal, request) {
      refuseWhileDraining();
      if (request.resumeToken !== undefined) {
        const session = live.byToken(request.resumeToken);
        if (session?.answersTo(request.sessionId) !== true) throw new ProxyError("SESSION_FORBIDDEN");
        return comeBack(session);
      }
      const asked = principal.session ?? request.sessionId;
      const isOurs = asked !== undefined && SESSION_ID_PATTERN.test(asked);
      const session = asked === undefined ? undefined : isOurs ? live.byId(asked) : live.byName(asked, principal);
      const mayBe = session?.answersTo(request.sessionId) ?? (request.sessionId ?? asked) === asked;
      if (!mayBe) throw new ProxyError("SESSION_FORBIDDEN");
      if (session !== undefined && isOwner(principal, session.principal)) return comeBack(session);
      if (isOurs) throw await whyNot(records, asked, principal);
      return create(principal, asked, request.persona ?? DEFAULT_PERSONA);
    },

    async startCall(session, offer, departure) {
      refuseWhileDraining();
      const exchange = startCall(session, offer, departure, { ...needs, ledger, end: endUnwatched });
      exchanges.add(exchange);
      try {
        return await exchange;
      } finally {
        exchanges.delete(exchange);
      }
    },

    end,
    endUnwatched,

    async endById(id, credential) {
      const session = await authorised(id, credential);
      if (session !== undefined) await end(session, "deleted");
    },

    async transcriptOf(id, credential) {
      await authorised(id, credential);
      const record = await records.findSession(id);
      if (record === undefined) throw new ProxyError("SESSION_FORBIDDEN");
      return transcripts.document(record);
    },

    endLeftovers: () => endLeftovers({ ...needs, ledger }),

    async close() {
      draining = true;
      const ends = await Promise.allSettled(live.all().map((session) => end(session, "shutdown")));
      for (const outcome of ends) {
        if (outcome.status === "rejected") log.error({ err: outcome.reason }, "session could not be ended cleanly");
      }
      // Their sessions have ended, so they give up now, and leave to the ledger what came of them.
      await Promise.allSettled(exchanges);
      await ledger.close();
    },
  };
}

/** One's own session of the past has ended; another's is not told apart from one that never was. */
async function whyNot(records: Records, id: string, principal: Principal): Promise<ProxyError> {
  const record = await records.findSession(id);
  return new ProxyError(record !== undefined && isOwner(principal, record) ? "SESSION_ENDED" : "SESSION_FORBIDDEN");
}
