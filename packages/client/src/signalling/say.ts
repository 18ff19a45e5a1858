import { clientError, serverError } from "../errors.ts";
import { errorIn, requestSession } from "./session-request.ts";
import type { HeldSession, SignallingOptions } from "./signalling.ts";

/** Hands the interviewer a typed answer. By a request of its own, whose reply is surely about it. Rejects with the server's error. */
export async function say(
  session: HeldSession,
  text: string,
  options: Pick<SignallingOptions, "environment" | "url" | "log">,
): Promise<void> {
  const response = await requestSession(session, { method: "POST", path: "/say", body: { text } }, options);
  if (response === undefined) throw clientError("SERVER_UNREACHABLE");
  if (response.ok) return;
  const error = errorIn(await response.json().catch(() => undefined));
  throw error ? serverError(error) : clientError("BAD_SERVER_REPLY");
}
