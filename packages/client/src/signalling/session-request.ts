import { type ErrorBody, httpErrorSchema } from "@interview-proxy/protocol";
import type { HeldSession, SignallingOptions } from "./signalling.ts";

interface SessionRequest {
  readonly method: "POST" | "DELETE";
  /** Below the session's own address. */
  readonly path?: string;
  readonly body?: object;
}

/** Asks something of a session by a request of its own. `undefined` where there is no reply; never rejects. */
export async function requestSession(
  { sessionId, resumeToken }: HeldSession,
  { method, path = "", body }: SessionRequest,
  { environment, url, log }: Pick<SignallingOptions, "environment" | "url" | "log">,
): Promise<Response | undefined> {
  log.add("sent", `${method} /api/sessions${path}`);
  const headers = {
    authorization: `Bearer ${resumeToken}`,
    ...(body && { "content-type": "application/json" }),
  };
  // `keepalive` lets the request outlive the page.
  const init = { method, headers, keepalive: true, ...(body && { body: JSON.stringify(body) }) };
  const response = await environment.fetch(url.session(sessionId) + path, init).catch(() => undefined);
  log.add("received", "response", response ? String(response.status) : "none");
  return response;
}

/** The server's error in the body of a reply; `undefined` for what no interview server would say. */
export function errorIn(body: unknown): ErrorBody | undefined {
  const failure = httpErrorSchema.safeParse(body);
  return failure.success ? failure.data.error : undefined;
}
