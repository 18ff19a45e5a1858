import type { ClientEventError } from "../session/client-event-error.ts";

/** A second response while one is being generated. */
export function responseIsActive(responseId: string): ClientEventError {
  const message = `Conversation already has an active response in progress: ${responseId}. Wait until the response is finished before creating a new one.`;
  return { code: "conversation_already_has_active_response", message, param: null };
}

/** Nothing is being generated that could be cancelled; audio still playing does not count. */
export const NO_ACTIVE_RESPONSE: ClientEventError = {
  code: "response_cancel_not_active",
  message: "Cancellation failed: no active response found",
  param: null,
};

/** A commit without audio. */
export const NOTHING_TO_COMMIT: ClientEventError = {
  code: "input_audio_buffer_commit_empty",
  message: "Error committing input audio buffer: the buffer is empty.",
  param: null,
};

/** The hour is over. */
export const SESSION_EXPIRED: ClientEventError = {
  code: "session_expired",
  message: "Your session hit the maximum duration of 60 minutes.",
  param: null,
};
