import type { ClientEventError } from "../session/client-event-error.ts";

// Which codes OpenAI has for these is not documented, but for the last.

/** An event that its channel may not send. */
export function notPermitted(type: string): ClientEventError {
  return { code: "event_not_permitted", message: `The data channel may not send '${type}'.`, param: "type" };
}

/** An event of another transport, or of something that is not simulated. */
export function notSupported(type: string): ClientEventError {
  return { code: "unsupported_event", message: `'${type}' is not supported here.`, param: "type" };
}

/** More than an append may hold. */
export function appendTooLong(limit: number): ClientEventError {
  return { code: "invalid_value", message: `'content' holds more than ${limit} tokens.`, param: "content" };
}

/** An append for a delegation that is none of the client's. */
export const UNKNOWN_DELEGATION: ClientEventError = {
  code: "invalid_value",
  message: "'delegation_id' is not the id of a client delegation of this session.",
  param: "delegation_id",
};

/** A backend's event in a session that has none. */
export const NO_RESPONSES_DELEGATION: ClientEventError = {
  code: "invalid_value",
  message: "This session does not delegate to Responses.",
  param: "type",
};

/** The session has been asked to close. */
export const SESSION_IS_CLOSING: ClientEventError = {
  code: "session_closing",
  message: "The session is closing.",
  param: null,
};

/** An append that was never accepted (observed). */
export const INJECTION_INCOMPLETE: ClientEventError = {
  code: "context_injection_incomplete",
  message: "The session closed before the context was injected.",
  param: null,
};
