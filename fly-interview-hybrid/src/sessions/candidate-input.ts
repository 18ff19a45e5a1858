import type { StatsRequest } from "@interview-proxy/protocol";
import { admitAnswer } from "../auth/admission.ts";
import type { Clock } from "../clock.ts";
import type { RateLimits } from "../coordination/rate-limits.ts";
import { ProxyError } from "../errors.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Records } from "../records/records.ts";
import type { Prompter } from "../supervision/prompter.ts";
import type { Session } from "./session.ts";

/**
 * What the candidate's page says beside the call. Each is a sign of presence, and throws SESSION_ENDED where the session is
 * over.
 */
export interface CandidateInput {
  /** Hands a typed answer to the interviewer. Throws NO_CALL where nothing can be handed on, and RATE_LIMITED. */
  say(session: Session, text: string): Promise<void>;
  /** Notes that the microphone was muted, or is open again. */
  mute(session: Session, muted: boolean): Promise<void>;
  noteConnection(session: Session, stats: StatsRequest): void;
}

export interface CandidateInputNeeds {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly rateLimits: RateLimits;
  readonly records: Pick<Records, "updateSession">;
}

export function createCandidateInput({ clock, metrics, rateLimits, records }: CandidateInputNeeds): CandidateInput {
  return {
    async say(session, text) {
      notePresence(session);
      // A goodbye is not cut off any more.
      if (session.isClosing) throw new ProxyError("SESSION_ENDED");
      listenerOf(session);
      await admitAnswer(rateLimits, session.principal);
      listenerOf(session).say(text);
    },
    async mute(session, muted) {
      const isNew = session.state !== "ended" && session.mute(muted);
      notePresence(session);
      if (isNew) await records.updateSession(session.id, { mutedAt: session.mutedAt });
    },
    noteConnection(session, stats) {
      notePresence(session);
      session.connection = { ...stats, at: clock.now() };
      metrics.clientStats(stats);
    },
  };
}

/** Throws NO_CALL while nobody can be told anything. */
function listenerOf({ call }: Session): Prompter {
  if (call?.prompter.isAttached !== true) throw new ProxyError("NO_CALL");
  return call.prompter;
}

function notePresence(session: Session): void {
  if (session.state === "ended") throw new ProxyError("SESSION_ENDED");
  session.notePresence();
}
