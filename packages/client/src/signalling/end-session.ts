import type { HeldSession, SignallingOptions } from "./signalling.ts";

/** Ends a session by a request of its own. Fulfilled when it is answered, or cannot be; never rejects. */
export async function endSession(
  { sessionId, resumeToken }: HeldSession,
  { environment, url, log }: Pick<SignallingOptions, "environment" | "url" | "log">,
): Promise<undefined> {
  log.add("sent", "DELETE /api/sessions");
  const headers = { authorization: `Bearer ${resumeToken}` };
  // `keepalive` lets the request outlive the page.
  const init = { method: "DELETE", headers, keepalive: true };
  const response = await environment.fetch(url.session(sessionId), init).catch(() => undefined);
  log.add("received", "response", response ? String(response.status) : "none");
}
