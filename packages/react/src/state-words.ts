import type { InterviewState } from "@interview-proxy/client";

/** Where the interview stands, in plain words. */
export const STATE_WORDS: Readonly<Record<InterviewState, string>> = {
  idle: "Ready when you are.",
  requesting_microphone: "Opening your microphone. If the browser asks, allow it.",
  signalling: "Calling the interviewer…",
  connecting: "Setting up the audio line…",
  connected: "Connected. The interviewer can hear you.",
  disconnecting: "Ending the interview…",
  disconnected: "The interview is over.",
  failed: "Not connected.",
};
