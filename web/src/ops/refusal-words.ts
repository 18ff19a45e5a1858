import type { Notice } from "@interview-proxy/react";
import { OperatorError } from "./operator-api.ts";

const TRY_AGAIN = "Try again in a moment.";

/** In an operator's words: those of the error table are for candidates. */
const WORDS: Readonly<Record<string, Notice>> = {
  UNREACHABLE: {
    reason: "The server does not answer.",
    nextStep: "Check your connection and whether the server runs, then try again.",
  },
  UNAUTHENTICATED: {
    reason: "This token is not valid here.",
    nextStep: "Copy it once more, whole and without quotes, or ask for a new one.",
  },
  TOKEN_EXPIRED: { reason: "This token has expired.", nextStep: "Ask for a new one, and sign in with that." },
  TOKEN_REPLAYED: { reason: "This token was for one use, and is used up.", nextStep: "Ask for a new one." },
  FORBIDDEN: {
    reason: "This token does not permit that.",
    nextStep: "Ask for one with the scope observe, to watch, or operate, to act as well.",
  },
  CSRF_TOKEN_INVALID: {
    reason: "The server does not take this request for one of this page.",
    nextStep: "Reload the page, then try again.",
  },
  RATE_LIMITED: { reason: "That was too often in a short time.", nextStep: "Wait for a minute, then try again." },
  CONNECTION_LIMIT: { reason: "Too many are watching already.", nextStep: "Close another page, then try again." },
  NO_CALL: {
    reason: "The interviewer is not in a call right now.",
    nextStep: "Wait until the interview goes on, then try again.",
  },
  SESSION_ENDED: { reason: "This interview is over.", nextStep: "Look for it among the past interviews." },
  SESSION_FORBIDDEN: {
    reason: "There is no such interview of your organisation.",
    nextStep: "Check its name, or look for it among the past interviews.",
  },
  SESSION_BUSY: { reason: "This interview is busy with something else.", nextStep: TRY_AGAIN },
  RECORDS_UNAVAILABLE: {
    reason: "The server cannot reach its records.",
    nextStep: "Interviews that run go on. See what to do at the top of this page.",
  },
};

/** What went wrong, and what to do next. */
export function wordsOf(error: unknown): Notice {
  if (!(error instanceof OperatorError))
    return { reason: "The server's answer cannot be read.", nextStep: "Reload the page." };
  return WORDS[error.code] ?? { reason: error.message, nextStep: "" };
}
