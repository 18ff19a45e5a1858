import { type EndReason, type IceServer, SESSION_ID_PATTERN } from "@interview-proxy/protocol";
import type { Principal } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { RateLimits } from "../coordination/rate-limits.ts";
import { ProxyError } from "../errors.ts";
import { hashToken, newSessionId, sessionIdOfToken } from "../ids.ts";
import type { Logger } from "../ops/log.ts";
import type { Records, SessionRecord } from "../records/records.ts";
import type { TranscriptDocument } from "../transcripts/document.ts";
import type { Transcripts } from "../transcripts/transcripts.ts";
import type { Upstream } from "../upstreams/upstream.ts";
import { createCallLedger } from "./call-ledger.ts";
import { iceServersFor } from "./ice-servers.ts";
import { endLeftovers } from "./leftovers.ts";
import { createLiveSessions } from "./live-sessions.ts";
import { DEFAULT_PERSONA, planOf } from "./personas.ts";
import { Session } from "./session.ts";
import { endCall, type StartedCall, startCall } from "./start-call.ts";

export interface SessionsNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Records;
  readonly rateLimits: RateLimits;
  readonly transcripts: Transcripts;
  /** The provider of a tenant's calls. */
  readonly upstreamFor: (tenant: string) => Upstream;
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

/** Who may end a session and read its transcript: its principal, its tenant's service, or the holder of its resume token. */
export type SessionCredential = { readonly principal: Principal } | { readonly resumeToken: string };

/** The rules of sessions, shared by every door. */
export interface Sessions {
  /** Opens a session or comes back to one. Throws SESSION_FORBIDDEN, SESSION_ENDED, INVALID_MESSAGE. */
  open(principal: Principal, request: OpenRequest): Promise<OpenedSession>;
  /** See {@link startCall}. */
  startCall(session: Session, offerSdp: string): Promise<StartedCall>;
  /** Ends a session; fulfilled when its call is hung up. Ending it twice does no harm. */
  end(session: Session, reason: EndReason): Promise<void>;
  /** The same, for ends that nobody waits for: what fails is logged. */
  endUnwatched(session: Session, reason: EndReason): void;
  /** Ends the session of an id for who may; one that has ended before stays so. Throws SESSION_FORBIDDEN. */
  endById(id: string, credential: SessionCredential): Promise<void>;
  /** What was said in the session of an id so far, for who may read it. Throws SESSION_FORBIDDEN. */
  transcriptOf(id: string, credential: SessionCredential): Promise<TranscriptDocument>;
  /** Ends what an earlier process on the same records has left running. */
  endLeftovers(): Promise<void>;
  /** Ends every session, and waits until no hang-up is under way. */
  close(): Promise<void>;
}

export function createSessions(needs: SessionsNeeds): Sessions {
  const { config, clock, log, records, transcripts } = needs;
  const live = createLiveSessions();
  const ledger = createCallLedger(needs);

  const end = async (session: Session, reason: EndReason): Promise<void> => {
    if (!session.end()) return;
    live.remove(session);
    log.info({ session: session.id, reason }, "session ended");
    const update = records.updateSession(session.id, { endReason: reason, endedAt: clock.now() });
    const hungUp = session.call === undefined ? undefined : endCall(session.call, ledger);
    // The end of the call made its last turns; whoever is connected hears them before the end.
    await transcripts.settled(session.id);
    session.announceEnd(reason);
    await update;
    await Promise.all([hungUp, transcripts.seal(session.id)]);
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
      session.end();
      live.remove(session);
      throw error;
    }
    log.info({ session: session.id, tenant: principal.tenant, persona }, "session opened");
    return opened(session, token, false);
  };

  const comeBack = async (session: Session): Promise<OpenedSession> => {
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

  /** The session of an id where it runs; throws where the credential does not open it, running or not. */
  const authorised = async (id: string, credential: SessionCredential): Promise<Session | undefined> => {
    const session = live.byId(id);
    if (session !== undefined) {
      const isHis =
        "principal" in credential
          ? mayActFor(credential.principal, session.principal)
          : session.acceptToken(credential.resumeToken);
      if (!isHis) throw new ProxyError("SESSION_FORBIDDEN");
      return session;
    }
    const record = await records.findSession(id);
    if (record === undefined || !mayKnowOf(record, credential)) throw new ProxyError("SESSION_FORBIDDEN");
    return undefined;
  };

  return {
    async open(principal, request) {
      if (request.resumeToken !== undefined) {
        const session = live.byToken(request.resumeToken);
        if (session === undefined || !isMeant(session, request.sessionId)) throw new ProxyError("SESSION_FORBIDDEN");
        return comeBack(session);
      }
      const asked = principal.session ?? request.sessionId;
      if (request.sessionId !== undefined && request.sessionId !== asked) throw new ProxyError("SESSION_FORBIDDEN");
      const isOurs = asked !== undefined && SESSION_ID_PATTERN.test(asked);
      const session = asked === undefined ? undefined : isOurs ? live.byId(asked) : live.byName(asked, principal);
      if (session !== undefined && isOwner(principal, session.principal)) return comeBack(session);
      if (isOurs) throw await whyNot(records, asked, principal);
      return create(principal, asked, request.persona ?? DEFAULT_PERSONA);
    },

    startCall: (session, offerSdp) => startCall(session, offerSdp, { ...needs, ledger, end: endUnwatched }),

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
      await Promise.all(live.all().map((session) => end(session, "shutdown")));
      await ledger.settled();
    },
  };
}

function isOwner(principal: Principal, owner: Pick<Principal, "tenant" | "person">): boolean {
  return principal.tenant === owner.tenant && principal.person === owner.person;
}

function mayActFor(principal: Principal, owner: Pick<Principal, "tenant" | "person">): boolean {
  return isOwner(principal, owner) || (principal.tenant === owner.tenant && principal.scopes.has("operate"));
}

function mayKnowOf(record: SessionRecord, credential: SessionCredential): boolean {
  if ("principal" in credential) return mayActFor(credential.principal, record);
  return (
    sessionIdOfToken(credential.resumeToken) === record.id &&
    hashToken(credential.resumeToken) === record.resumeTokenHash
  );
}

/** A resume token names its session; an id beside it must not contradict it. */
function isMeant(session: Session, sessionId: string | undefined): boolean {
  return sessionId === undefined || sessionId === session.id || sessionId === session.name;
}

/** One's own session of the past has ended; another's is not told apart from one that never was. */
async function whyNot(records: Records, id: string, principal: Principal): Promise<ProxyError> {
  const record = await records.findSession(id);
  return new ProxyError(record !== undefined && isOwner(principal, record) ? "SESSION_ENDED" : "SESSION_FORBIDDEN");
}

function toRecord(session: Session, resumeTokenHash: string): SessionRecord {
  return {
    id: session.id,
    tenant: session.principal.tenant,
    person: session.principal.person,
    name: session.name ?? null,
    persona: session.persona,
    endReason: null,
    resumeTokenHash,
    createdAt: session.createdAt,
    deadline: session.deadline,
    endedAt: null,
  };
}
