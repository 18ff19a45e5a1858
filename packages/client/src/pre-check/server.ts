import { type PreCheckReply, preCheckSchema } from "@interview-proxy/protocol";
import { boundedWait } from "../bounded-wait.ts";
import { clientError, serverError } from "../errors.ts";
import { parseServerUrl } from "../server-url.ts";
import { errorIn } from "../signalling/session-request.ts";
import { resolveToken } from "../signalling/token.ts";
import { found, type Outcome } from "./check.ts";
import type { CheckContext } from "./check-context.ts";

/** How long the server may take to say something. */
const PATIENCE_MS = 8_000;

/** A clock that is further off shows wrong times; tokens allow for about as much. */
const CLOCK_TOLERANCE_MS = 60_000;

export interface ServerFindings {
  readonly outcome: Outcome;
  readonly description: PreCheckReply;
  readonly clockAheadMs: number;
}

/** Asks the server what there is to try. Rejects with its error, or `SERVER_UNREACHABLE`. */
export async function checkServer(context: CheckContext): Promise<ServerFindings> {
  // The first one pays for DNS and TLS.
  const first = await describe(context);
  const second = await describe(context);
  const { description, roundTripMs, clockAheadMs } = second.roundTripMs < first.roundTripMs ? second : first;
  return { outcome: { status: "passed", figures: { roundTripMs } }, description, clockAheadMs };
}

async function describe(context: CheckContext) {
  const { now } = context.environment;
  const [sentAt, start] = [Date.now(), now()];
  const body = await postForCheck(context, "preCheck", {});
  const roundTripMs = Math.round(now() - start);
  const description = preCheckSchema.safeParse(body);
  if (!description.success) throw clientError("BAD_SERVER_REPLY");
  // The server has looked at its clock half-way.
  const clockAheadMs = Math.round(sentAt + roundTripMs / 2 - description.data.time);
  return { description: description.data, roundTripMs, clockAheadMs };
}

/** The reply's body. Rejects with the server's error, `BAD_SERVER_REPLY`, or `SERVER_UNREACHABLE`. */
export async function postForCheck(
  { options, environment, signal }: CheckContext,
  door: "preCheck" | "testCall",
  body: { readonly sdpOffer?: string },
): Promise<unknown> {
  const { invitation } = options;
  const token = invitation === undefined ? await resolveToken(options.token) : undefined;
  const init = {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ ...body, ...(invitation !== undefined && { invitation }) }),
    signal,
  };
  const posted = environment.fetch(parseServerUrl(options.url)[door], init).catch((cause: unknown) => {
    throw clientError("SERVER_UNREACHABLE", { cause });
  });
  const response = await boundedWait(posted, {
    signal,
    limit: { ms: PATIENCE_MS, error: () => clientError("SERVER_TIMEOUT") },
  });
  const reply: unknown = await response.json().catch(() => undefined);
  if (response.ok) return reply;
  const error = errorIn(reply);
  throw error ? serverError(error) : clientError("BAD_SERVER_REPLY");
}

export function clockOutcome(clockAheadMs: number): Outcome {
  const isRight = Math.abs(clockAheadMs) <= CLOCK_TOLERANCE_MS;
  return { ...(isRight ? { status: "passed" } : found("warning", "CLOCK_WRONG")), figures: { clockAheadMs } };
}

/** Anything that comes from the server proves that WebSockets pass, even a refusal. So it is asked without a credential, which it might spend. */
export async function checkWebSocket(context: CheckContext, server: Promise<ServerFindings>): Promise<Outcome> {
  if (await isAnswered(context)) return { status: "passed" };
  const isReached = await server.then(
    () => true,
    () => false,
  );
  // An interview without a socket is possible, where the server is reached at all.
  return found(isReached ? "warning" : "failed", "WEBSOCKET_BLOCKED");
}

async function isAnswered({ options, environment, signal }: CheckContext): Promise<boolean> {
  let socket: WebSocket | undefined;
  const scope = new AbortController();
  try {
    socket = new environment.WebSocket(parseServerUrl(options.url).webSocket, []);
    const answered = new Promise<boolean>((resolve) => {
      socket?.addEventListener("message", () => resolve(true), { signal: scope.signal });
      socket?.addEventListener("close", () => resolve(false), { signal: scope.signal });
    });
    const limit = { ms: PATIENCE_MS, error: () => clientError("SERVER_TIMEOUT") };
    return await boundedWait(answered, { signal, limit });
  } catch {
    return false;
  } finally {
    scope.abort();
    socket?.close(1000);
  }
}
