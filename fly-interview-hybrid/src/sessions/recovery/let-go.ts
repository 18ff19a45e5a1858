import type { Logger } from "../../ops/log.ts";
import { LET_GO } from "../../supervision/supervise-call.ts";
import type { Transcripts } from "../../transcripts/transcripts.ts";
import type { LiveSessions } from "../live-sessions.ts";
import type { Session } from "../session.ts";

export interface LetGoNeeds {
  readonly live: LiveSessions;
  readonly log: Logger;
  readonly transcripts: Transcripts;
}

/**
 * Leaves a session to the process that owns it now: its call runs on, nothing more is written, and whoever is connected
 * is sent there.
 */
export function letGo(session: Session, { live, log, transcripts }: LetGoNeeds): void {
  // First, so that what the supervision would still tell of the call is told by the other.
  session.call?.supervision.abort(LET_GO);
  session.call = undefined;
  if (!session.letGo()) return;
  live.remove(session);
  transcripts.forget(session.id);
  log.info({ session: session.id }, "session left to another process");
}
