import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import type { Session } from "../session.ts";

/** Ends that the interviewer gets to say goodbye for. */
export type PoliteEnd = Extract<EndReason, "completed" | "time_limit" | "budget_exceeded" | "ended_by_service">;

const GOODBYE = "Say so in one short sentence, thank the candidate and say goodbye. Ask nothing more.";
const ENDS_NOW = `This interview has to end now. ${GOODBYE}`;

/** What the interviewer is told to say. Who ends the interview by itself has said it. */
const CLOSING_WORDS: Readonly<Record<PoliteEnd, string | undefined>> = {
  completed: undefined,
  time_limit: `The time of this interview is used up. ${GOODBYE}`,
  budget_exceeded: ENDS_NOW,
  ended_by_service: ENDS_NOW,
};

/** An interviewer who has not begun by then will not: words of a response are heard at once. In milliseconds. */
const BEGIN_WITHIN_MS = 5000;

export interface ClosingNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly end: (session: Session, reason: EndReason) => void;
}

/** How long a goodbye may take, in milliseconds: a short interview has a shorter one. */
export function closingMs(session: Session, config: Config): number {
  return Math.min(config.CLOSING_SECONDS, session.brief.maxSeconds / 4) * 1000;
}

/**
 * Lets the interviewer say goodbye ahead of an end that comes anyway. Where nobody can say anything, nothing happens.
 */
export function sayGoodbye(session: Session, reason: PoliteEnd, needs: ClosingNeeds): void {
  if (session.call?.prompter.isAttached === true) void closePolitely(session, reason, needs);
}

/**
 * Lets the interviewer say goodbye, and ends the session when that was heard, or took too long. Where nobody can say
 * anything the session ends at once. Only the first of several such ends counts.
 */
export async function closePolitely(session: Session, reason: PoliteEnd, needs: ClosingNeeds): Promise<void> {
  if (!session.beginClosing()) return;
  const words = CLOSING_WORDS[reason];
  const { call } = session;
  if (call?.prompter.isAttached === true) {
    const what = { isCurrent: words === undefined, ms: closingMs(session, needs.config) };
    const heard = hearOut(session, call.supervision.signal, what, needs.clock);
    if (words !== undefined) call.prompter.speak(words);
    await heard;
  }
  needs.end(session, reason);
}

/**
 * Fulfilled when the interviewer has been heard to the end, does not begin, `ms` are over, or the call is gone.
 * `isCurrent`: what it is saying already is meant; otherwise what it says next.
 */
function hearOut(
  session: Session,
  callEnd: AbortSignal,
  what: { readonly isCurrent: boolean; readonly ms: number },
  clock: Clock,
): Promise<void> {
  return new Promise((resolve) => {
    let begun = what.isCurrent && session.speech.isHeardFrom("interviewer");
    const finish = (): void => {
      cancelLimit();
      cancelBeginning();
      stopListening();
      callEnd.removeEventListener("abort", finish);
      resolve();
    };
    const cancelLimit = clock.after(what.ms, finish);
    const cancelBeginning = clock.after(BEGIN_WITHIN_MS, () => {
      if (!begun) finish();
    });
    const stopListening = session.speech.listen((role, active) => {
      if (role !== "interviewer") return;
      if (active) begun = true;
      else if (begun) finish();
    });
    callEnd.addEventListener("abort", finish, { once: true });
  });
}
