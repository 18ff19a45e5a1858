import { type ClientErrorCode, clientError, type InterviewError } from "./errors.ts";

const CODE_BY_NAME: Readonly<Record<string, ClientErrorCode>> = {
  NotAllowedError: "MICROPHONE_DENIED",
  NotFoundError: "MICROPHONE_NOT_FOUND",
  OverconstrainedError: "MICROPHONE_NOT_FOUND",
  NotReadableError: "MICROPHONE_IN_USE",
  AbortError: "MICROPHONE_IN_USE",
};

/** Anything unnamed comes from a page that is not allowed to ask at all, such as one served without https. */
export function microphoneError(error: unknown): InterviewError {
  // OverconstrainedError is no Error in every browser.
  const name = typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
  return clientError(CODE_BY_NAME[name] ?? "MICROPHONE_UNAVAILABLE", { cause: error });
}
