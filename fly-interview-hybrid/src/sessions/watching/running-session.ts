import type { RunningSession } from "@interview-proxy/protocol";
import { toIsoTime, toIsoTimeOrNull } from "../../iso-time.ts";
import type { WatchedSession } from "../../records/watched-sessions.ts";
import type { Session } from "../session.ts";

/** A session as it runs here; `kept`: what the records have of it, where they have told. */
export function describeLive(session: Session, kept: WatchedSession | undefined): RunningSession {
  const { time, connection, state } = session;
  return {
    sessionId: session.id,
    person: session.principal.person,
    persona: session.persona,
    // Those that have ended are left out before.
    state: state === "ended" ? "open" : state,
    isHere: true,
    upstream: session.call?.upstream.name ?? null,
    startedAt: toIsoTime(session.startedAt),
    deadline: toIsoTimeOrNull(time.isRunning ? time.deadline : null),
    remainingSeconds: time.isRunning ? null : time.remainingSeconds,
    muted: session.mutedAt !== null,
    isCandidateConnected: session.isAttended,
    quality: connection?.quality ?? null,
    rttMs: connection?.rttMs ?? null,
    ...usedBy(kept),
  };
}

/** A session that another machine runs, as the records have it. */
export function describeKept(kept: WatchedSession): RunningSession {
  const { id, person, persona, call, startedAt, deadline, interruptedAt, mutedAt } = kept;
  return {
    sessionId: id,
    person,
    persona,
    state: stateOf(kept),
    isHere: false,
    upstream: call?.upstream ?? null,
    startedAt: toIsoTime(startedAt),
    deadline: toIsoTimeOrNull(interruptedAt === null ? deadline : null),
    remainingSeconds: interruptedAt === null ? null : Math.max(0, Math.round((deadline - interruptedAt) / 1000)),
    muted: mutedAt !== null,
    isCandidateConnected: null,
    quality: null,
    rttMs: null,
    ...usedBy(kept),
  };
}

function stateOf({ call, interruptedAt }: WatchedSession): RunningSession["state"] {
  if (call?.state === "live" || call?.state === "connecting") return call.state;
  return interruptedAt === null ? "open" : "interrupted";
}

function usedBy(kept: WatchedSession | undefined): Pick<RunningSession, "tokens" | "money" | "violations"> {
  const { tokens = null, money = null, violations = null } = kept ?? {};
  return { tokens, money, violations };
}
