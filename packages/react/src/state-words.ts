import type { InterviewSnapshot, InterviewState } from "@interview-proxy/client";

const STATE_WORDS: Readonly<Record<InterviewState, string>> = {
  idle: "Ready when you are.",
  requesting_microphone: "Opening your microphone. If the browser asks, allow it.",
  signalling: "Calling the interviewer…",
  connecting: "Setting up the audio line…",
  connected: "Connected. The interviewer can hear you.",
  interrupted: "The connection was interrupted. Reconnecting…",
  disconnecting: "Ending the interview…",
  disconnected: "The interview is over.",
  failed: "Not connected.",
};

/** What goes on is said before what pauses: a lost line to the server is no reason to stop talking. */
const WITHOUT_SERVER = "The interview goes on, and the interviewer can hear you. Captions pause for a moment.";

const RESUMABLE = "Your interview is not over. You can continue it.";

/** Where the interview stands, in plain words. */
export function stateWords({ state, line, canResume }: InterviewSnapshot): string {
  if (canResume) return RESUMABLE;
  return state === "connected" && line.signalling === "reconnecting" ? WITHOUT_SERVER : STATE_WORDS[state];
}
