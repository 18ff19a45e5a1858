import { type IceServer, SESSION_ID_PATTERN } from "@interview-proxy/protocol";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import { newSessionId } from "../../ids.ts";
import type { Admission, AdmissionLimits, SessionRecord } from "../../records/records.ts";
import { type BriefRequest, briefOf } from "./brief.ts";
import { refusalElsewhere } from "../elsewhere.ts";
import { findByToken } from "../find-by-token.ts";
import { iceServersFor } from "./ice-servers.ts";
import type { LiveSessions } from "../live-sessions.ts";
import { isOwner } from "../ownership.ts";
import type { Roster } from "../recovery/roster.ts";
import { checkPersona, DEFAULT_PERSONA } from "./personas.ts";
import { type NewSession, Session } from "../session.ts";
import { toRecord } from "../session-record.ts";
import { keepTokens } from "../accept-token.ts";
import { type Patience, patienceOf } from "../limits/patience.ts";
import { refuseWhenMonthIsUsedUp } from "../limits/monthly-limit.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import type { AdmissionTurns } from "./admission-turns.ts";
import { watchTime } from "../limits/time-limit.ts";
import type { WatchCallNeeds } from "../calls/watch-call.ts";

export interface OpenRequest {
  /** An id of ours, to come back to it, or a name of the client's own. */
  readonly sessionId?: string | undefined;
  readonly persona?: string | undefined;
  readonly resumeToken?: string | undefined;
  /** What is settled about a session that is new by this request; one that was there before has its own. */
  readonly brief?: BriefRequest | undefined;
}

export interface OpenedSession {
  readonly session: Session;
  /** The next credential for this session; the one before it is spent when this one is first used. */
  readonly resumeToken: string;
  /** True where the session was there already, its call untouched. */
  readonly resumed: boolean;
  readonly iceServers: readonly IceServer[];
}

export interface OpenSessionNeeds
  extends Pick<WatchCallNeeds, "config" | "clock" | "log" | "metrics" | "records" | "tenantOf" | "end"> {
  readonly admissions: AdmissionTurns;
  readonly live: LiveSessions;
  readonly roster: Roster;
  readonly refuseWhileDraining: () => void;
}

/**
 * Opens a session, starts one that the platform has created, or comes back to one that runs. Throws SessionElsewhere,
 * SESSION_FORBIDDEN, SESSION_ENDED, SESSION_BUSY, QUOTA_EXCEEDED, INVALID_MESSAGE, DRAINING.
 */
export async function openSession(
  principal: Principal,
  request: OpenRequest,
  needs: OpenSessionNeeds,
): Promise<OpenedSession> {
  const { live, roster } = needs;
  if (!needs.tenantOf(principal.tenant).isActive) throw new ProxyError("UNAUTHENTICATED");
  const records = needs.records.of(principal.tenant);
  if (request.resumeToken !== undefined) {
    const session = await findByToken(request.resumeToken, principal, needs);
    if (!session.answersTo(request.sessionId)) throw new ProxyError("SESSION_FORBIDDEN");
    return comeBack(session, needs);
  }
  const asked = principal.session ?? request.sessionId;
  const isOurs = asked !== undefined && SESSION_ID_PATTERN.test(asked);
  const session = asked === undefined ? undefined : isOurs ? live.byId(asked) : live.byName(asked, principal);
  const mayBe = session?.answersTo(request.sessionId) ?? (request.sessionId ?? asked) === asked;
  if (!mayBe) throw new ProxyError("SESSION_FORBIDDEN");
  if (session !== undefined && isOwner(principal, session.principal)) return comeBack(session, needs);
  if (asked === undefined) return create(principal, undefined, request, needs);
  if (!isOurs) return openNamed(principal, asked, request, needs);
  const record = await records.findSession(asked);
  // Another's session is not told apart from one that never was.
  if (record === undefined || !isOwner(principal, record)) throw new ProxyError("SESSION_FORBIDDEN");
  const refusal = refusalElsewhere(record, roster);
  if (refusal !== undefined) throw refusal;
  // One that is overdue ends at the next sweep.
  const isOver = record.endedAt !== null || record.startedAt !== null || record.deadline < needs.clock.now();
  if (isOver) throw new ProxyError("SESSION_ENDED");
  return start(principal, record, needs);
}

/** A session under a name of the client's own: the one that runs under it, wherever that is, or a new one. */
async function openNamed(
  principal: Principal,
  name: string,
  request: OpenRequest,
  needs: OpenSessionNeeds,
): Promise<OpenedSession> {
  const record = await needs.records.of(principal.tenant).findByName(principal.person, name);
  // It may have been opened while the records were read.
  const running = needs.live.byName(name, principal);
  if (running !== undefined) return comeBack(running, needs);
  const refusal = record && refusalElsewhere(record, needs.roster);
  if (refusal !== undefined) throw refusal;
  return create(principal, name, request, needs);
}

function create(
  principal: Principal,
  name: string | undefined,
  { persona = DEFAULT_PERSONA, brief: asked }: OpenRequest,
  needs: OpenSessionNeeds,
): Promise<OpenedSession> {
  const { clock, records } = needs;
  const tenant = needs.tenantOf(principal.tenant);
  checkPersona(persona, "aiPersona", tenant);
  const brief = briefOf(tenant.config, asked);
  const createdAt = clock.now();
  return begin({ id: newSessionId(), name, persona, brief, principal, createdAt }, needs, (session) =>
    records.insertRunning(toRecord(session), limitsOf(tenant, createdAt)),
  );
}

/** The first coming of the person for whom the platform has created a session. */
function start(principal: Principal, record: SessionRecord, needs: OpenSessionNeeds): Promise<OpenedSession> {
  // It may have been started while its record was read.
  const running = needs.live.byId(record.id);
  if (running !== undefined) return comeBack(running, needs);
  return begin({ ...record, name: record.name ?? undefined, principal }, needs, async (session) => {
    const { startedAt, time, tokens } = session;
    const change = { startedAt, deadline: time.deadline, resumeTokenHashes: tokens.hashes };
    const limits = limitsOf(needs.tenantOf(record.tenant), startedAt);
    const admission = await needs.records.startSession(record, change, limits);
    const now = admission === "gone" ? await needs.records.of(record.tenant).findSession(record.id) : undefined;
    // Its person came to two machines at once.
    const refusal = now && refusalElsewhere(now, needs.roster);
    if (refusal !== undefined) throw refusal;
    return admission;
  });
}

async function begin(
  facts: Omit<NewSession, "startedAt" | "deadline" | "interruptedAt" | keyof Patience>,
  needs: OpenSessionNeeds,
  admit: (session: Session) => Promise<Admission | "gone">,
): Promise<OpenedSession> {
  const { config, clock, log, live, admissions, end } = needs;
  const tenant = needs.tenantOf(facts.principal.tenant);
  // It may have been read in the records while the proxy began to stop; nobody would end it any more.
  needs.refuseWhileDraining();
  const startedAt = clock.now();
  const session: Session = new Session(
    {
      ...facts,
      startedAt,
      deadline: startedAt + facts.brief.maxSeconds * 1000,
      interruptedAt: null,
      ...patienceOf(config, startedAt, facts.brief),
    },
    clock,
    (reason) => end(session, reason),
  );
  // Before the first await, so that a second `open` of the same name meets this session.
  live.add(session);
  const token = session.tokens.issue();
  try {
    await refuseWhenMonthIsUsedUp(tenant, needs);
    const admission = await admissions.take(tenant.id, tenant.config.MAX_SESSIONS, () => admit(session));
    if (admission === "gone") throw new ProxyError("SESSION_ENDED");
    if (admission !== "admitted") throw new ProxyError("QUOTA_EXCEEDED", { cause: new Error(admission) });
    // Somebody may have ended it meanwhile.
    if (session.state === "ended") throw new ProxyError("SESSION_ENDED");
  } catch (error) {
    session.end("shutdown");
    live.remove(session);
    throw error;
  }
  watchTime(session, needs);
  live.announceStart(session);
  log.info({ session: session.id, tenant: session.principal.tenant, persona: session.persona }, "session opened");
  return opened(session, token, false, needs);
}

async function comeBack(session: Session, needs: OpenSessionNeeds): Promise<OpenedSession> {
  session.notePresence();
  const token = session.tokens.issue();
  await keepTokens(session, needs.records).catch((error: unknown) => {
    if (session.state !== "ended") throw error;
  });
  // It may have ended meanwhile, or not have been admitted: nobody would tell this client any more.
  if (session.state === "ended") throw new ProxyError(session.isLetGo ? "SESSION_BUSY" : "SESSION_ENDED");
  return opened(session, token, true, needs);
}

function opened(
  session: Session,
  resumeToken: string,
  resumed: boolean,
  { config }: Pick<OpenSessionNeeds, "config">,
): OpenedSession {
  return { session, resumeToken, resumed, iceServers: iceServersFor(config, session.id, session.time.latestEnd) };
}

function limitsOf({ config, sessionsPerHour: most }: Tenant, now: number): AdmissionLimits {
  const begun = most === undefined ? undefined : { since: now - HOUR_MS, most };
  return { ofTenant: config.MAX_SESSIONS, ofPerson: config.MAX_SESSIONS_PER_PERSON, begun };
}

const HOUR_MS = 3_600_000;
