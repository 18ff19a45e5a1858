import { type ClosingNeeds, closingMs, sayGoodbye } from "./closing.ts";
import type { Session } from "../session.ts";

/**
 * Warns of the end of a session, and lets the interviewer say goodbye before it. The end itself is the session's own: it
 * comes whatever becomes of this.
 */
export function watchTime(session: Session, needs: ClosingNeeds): void {
  const whenLeft = (ms: number, act: () => void): void => {
    // What was due before this process had the session was said by another one.
    if (session.time.deadline - ms >= needs.clock.now()) session.time.whenLeft(ms, act);
  };
  for (const seconds of session.brief.warnAtSeconds) whenLeft(seconds * 1000, () => warn(session, seconds));
  whenLeft(closingMs(session, needs.config), () => sayGoodbye(session, "time_limit", needs));
}

function warn(session: Session, seconds: number): void {
  session.mention({ type: "time_remaining", seconds });
  session.call?.prompter.instruct(
    seconds >= 120
      ? `About ${Math.round(seconds / 60)} minutes of the interview are left. Choose what you still ask accordingly.`
      : `About ${seconds} seconds of the interview are left. Wrap up: begin nothing new, and do not mention this message.`,
  );
}
