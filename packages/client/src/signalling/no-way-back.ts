import type { ErrorBody } from "@interview-proxy/protocol";
import { clientError, serverError } from "../errors.ts";
import type { SignallingEvents } from "./signalling.ts";

/** The server does not let this client come back: its session has ended, or is somebody else's, or is not known. */
export function tellNoWayBack(error: ErrorBody, events: Pick<SignallingEvents, "onEnded" | "onRefused">): void {
  if (error.reason !== undefined) events.onEnded(error.reason);
  // The credential was the session's own, so that the table's words about a sign-in would mislead.
  else events.onRefused(error.code === "UNAUTHENTICATED" ? clientError("SESSION_LOST") : serverError(error));
}
