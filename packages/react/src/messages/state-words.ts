import type { InterviewSnapshot } from "@interview-proxy/client";
import type { InterviewMessages } from "./messages.ts";

/** With these, a call goes on in which the candidate is not heard. */
const UNHEARD: ReadonlySet<string | undefined> = new Set([
  "MICROPHONE_LOST",
  "MICROPHONE_SILENCED",
  "MICROPHONE_DENIED",
]);

/** Where the interview stands, in plain words. What a person can or must act on comes first. */
export function stateWords(
  { state, line, canResume, muted, error }: Pick<InterviewSnapshot, "state" | "line" | "canResume" | "muted" | "error">,
  { states, insteadOfState }: InterviewMessages,
): string {
  if (canResume) return insteadOfState.canResume;
  if (state !== "connected") return states[state];
  if (UNHEARD.has(error?.code)) return insteadOfState.unheard;
  if (muted) return insteadOfState.muted;
  // What goes on is said before what pauses: a lost line to the server is no reason to stop talking.
  return line.signalling === "reconnecting" ? insteadOfState.withoutServer : states.connected;
}
