import type { InterviewSnapshot } from "@interview-proxy/client";
import type { InterviewMessages } from "./messages.ts";

/** Where the interview stands, in plain words. What a person can or must act on comes first. */
export function stateWords(
  { state, line, canResume, muted }: Pick<InterviewSnapshot, "state" | "line" | "canResume" | "muted">,
  { states, insteadOfState }: InterviewMessages,
): string {
  if (canResume) return insteadOfState.canResume;
  if (state !== "connected") return states[state];
  if (muted) return insteadOfState.muted;
  // What goes on is said before what pauses: a lost line to the server is no reason to stop talking.
  return line.signalling === "reconnecting" ? insteadOfState.withoutServer : states.connected;
}
