import type { Logger } from "../../ops/log.ts";
import { LeaseLost } from "../../records/machines.ts";
import type { Records } from "../../records/records.ts";
import { type ClosingNeeds, closingMs, sayGoodbye } from "./closing.ts";
import type { Session } from "../session.ts";

export interface TimeLimitNeeds extends ClosingNeeds {
  readonly log: Logger;
  readonly records: Records;
}

/**
 * Warns of the end of a session, and lets the interviewer say goodbye before it. The end itself is the session's own: it
 * comes whatever becomes of this.
 */
export function watchTime(session: Session, needs: TimeLimitNeeds): void {
  const whenLeft = (ms: number, act: () => void): void => {
    // What was due before this process had the session was said by another one.
    if (session.time.deadline - ms >= needs.clock.now()) session.time.whenLeft(ms, act);
  };
  for (const seconds of session.brief.warnAtSeconds) whenLeft(seconds * 1000, () => warn(session, seconds, needs));
  whenLeft(closingMs(session, needs.config), () => sayGoodbye(session, "time_limit", needs));
}

function warn(session: Session, seconds: number, { clock, log, records }: TimeLimitNeeds): void {
  records.noteWarning({ sessionId: session.id, at: clock.now(), remainingSeconds: seconds }).catch((error: unknown) => {
    // Whoever owns the session warns of its end.
    if (error instanceof LeaseLost) return;
    log.error({ err: error, session: session.id }, "a warning could not be kept for webhooks");
  });
  session.mention({ type: "time_remaining", seconds });
  session.call?.prompter.instruct(
    seconds >= 120
      ? `About ${Math.round(seconds / 60)} minutes of the interview are left. Choose what you still ask accordingly.`
      : `About ${seconds} seconds of the interview are left. Wrap up: begin nothing new, and do not mention this message.`,
  );
}
