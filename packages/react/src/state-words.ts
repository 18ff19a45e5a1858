import type { InterviewSnapshot, InterviewState } from "@interview-proxy/client";

type EndReason = NonNullable<InterviewSnapshot["endReason"]>;

const STATE_WORDS: Readonly<Record<InterviewState, string>> = {
  idle: "Ready when you are.",
  requesting_microphone: "Opening your microphone. If the browser asks, allow it.",
  signalling: "Calling the interviewer…",
  connecting: "Setting up the audio line…",
  connected: "Connected. The interviewer can hear you.",
  disconnecting: "Ending the interview…",
  disconnected: "The interview is over.",
  failed: "Not connected.",
};

const END_WORDS: Readonly<Record<EndReason, string>> = {
  completed: "The interview is complete. Thank you.",
  client_disconnected: "You have left the interview.",
  client_gone: "The interview ended because your connection was lost.",
  deleted: "The interview was ended.",
  ended_by_service: "The organisation that invited you has ended the interview.",
  time_limit: "The interview is over: its time is used up.",
  budget_exceeded: "The interview is over: its budget is used up.",
  policy_violation: "The interview was ended because this page tried to change the interviewer.",
  not_started: "The interview was not started in time. Ask for a new invitation.",
  upstream_ended: "The interviewer has ended the call.",
  sideband_lost: "The interview ended because the server lost touch with the interviewer.",
  shutdown: "The interview ended because the server was shut down.",
};

/** Where the interview stands, in plain words. */
export function stateWords({ state, endReason }: InterviewSnapshot): string {
  return state === "disconnected" && endReason ? END_WORDS[endReason] : STATE_WORDS[state];
}
