import type { InterviewSnapshot } from "@interview-proxy/client";

/** Why an interview ended and what to do next, one or two short sentences each. */
interface EndWords {
  readonly reason: string;
  readonly nextStep: string;
}

/** For the person who was interviewed: without our own words such as budget, and with relief where the fault is ours. */
export const END_WORDS: Readonly<Record<NonNullable<InterviewSnapshot["endReason"]>, EndWords>> = {
  completed: {
    reason: "You have completed the interview.",
    nextStep: "Thank you. You can close this page now.",
  },
  client_disconnected: {
    reason: "You have left the interview.",
    nextStep: "If you did not mean to, connect again.",
  },
  client_gone: {
    reason: "Your connection was lost for too long.",
    nextStep: "Check your internet connection, then connect again.",
  },
  deleted: {
    reason: "The interview was ended from outside this page.",
    nextStep: "If you did not expect that, ask whoever invited you.",
  },
  ended_by_service: {
    reason: "The organisation that invited you has ended the interview.",
    nextStep: "If you did not expect that, ask them.",
  },
  time_limit: {
    reason: "The time for this interview is up.",
    nextStep: "Thank you. You can close this page now.",
  },
  budget_exceeded: {
    reason: "What was set aside for this interview is used up.",
    nextStep: "You did nothing wrong. Ask whoever invited you how to go on.",
  },
  policy_violation: {
    reason: "Something in this page tried to change the interviewer.",
    nextStep: "Switch off browser extensions that change pages, or ask whoever invited you.",
  },
  not_started: {
    reason: "The interview was not started in time.",
    nextStep: "Ask whoever invited you for a new invitation.",
  },
  upstream_ended: {
    reason: "The interviewer has hung up.",
    nextStep: "If that was too early, connect again.",
  },
  sideband_lost: {
    reason: "The server lost touch with the interviewer.",
    nextStep: "You did nothing wrong. Connect again in a moment.",
  },
  shutdown: {
    reason: "The interview server was shut down.",
    nextStep: "You did nothing wrong. Connect again in a few minutes.",
  },
};
