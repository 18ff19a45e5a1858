import type { Clock } from "../../clock.ts";
import { type ClosingNeeds, closingMs, sayGoodbye } from "./closing.ts";
import type { Session } from "../session.ts";

/**
 * Warns of the end of a session, and lets the interviewer say goodbye before it. The end itself is the session's own: it
 * comes whatever becomes of this.
 */
export function watchTime(session: Session, needs: ClosingNeeds): void {
  const { clock } = needs;
  for (const seconds of session.brief.warnAtSeconds) at(session, clock, seconds * 1000, () => warn(session, seconds));
  at(session, clock, closingMs(session, needs.config), () => sayGoodbye(session, "time_limit", needs));
}

/** Acts `ms` before the deadline, unless that has passed or the session has ended by then. */
function at(session: Session, clock: Clock, ms: number, act: () => void): void {
  const delay = session.deadline - ms - clock.now();
  if (delay < 0 || session.signal.aborted) return;
  const cancel = clock.after(delay, act);
  session.signal.addEventListener("abort", cancel, { once: true });
}

function warn(session: Session, seconds: number): void {
  session.mention({ type: "time_remaining", seconds });
  session.call?.prompter.instruct(
    seconds >= 120
      ? `About ${Math.round(seconds / 60)} minutes of the interview are left. Choose what you still ask accordingly.`
      : `About ${seconds} seconds of the interview are left. Wrap up: begin nothing new, and do not mention this message.`,
  );
}
