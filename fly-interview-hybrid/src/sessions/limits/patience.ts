import type { Config } from "../../config/config.ts";
import type { SessionBrief } from "../../records/session-brief.ts";
import type { NewSession } from "../session.ts";

export type Patience = Pick<NewSession, "idleMs" | "interruptionMs" | "latestEnd">;

/** How long a session waits for its candidate and for another call, and how far interruptions may move its end. */
export function patienceOf(
  { IDLE_SECONDS, INTERRUPTION_SECONDS, INTERRUPTION_CLOCK }: Config,
  startedAt: number,
  { maxSeconds }: SessionBrief,
): Patience {
  const longest = maxSeconds + (INTERRUPTION_CLOCK === "stopped" ? INTERRUPTION_SECONDS : 0);
  return {
    idleMs: IDLE_SECONDS * 1000,
    interruptionMs: INTERRUPTION_SECONDS * 1000,
    latestEnd: startedAt + longest * 1000,
  };
}
