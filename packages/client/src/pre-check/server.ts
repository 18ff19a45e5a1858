import { type PreCheckReply, preCheckSchema } from "@interview-proxy/protocol";
import { boundedWait } from "../bounded-wait.ts";
import { clientError } from "../errors.ts";
import { PATIENCE_MS, postToServer } from "../server-post.ts";
import { parseServerUrl } from "../server-url.ts";
import { found, type Outcome } from "./check.ts";
import type { CheckContext } from "./check-context.ts";

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
  const body = await postToServer(context, "preCheck", {});
  const roundTripMs = Math.round(now() - start);
  const description = preCheckSchema.safeParse(body);
  if (!description.success) throw clientError("BAD_SERVER_REPLY");
  // The server has looked at its clock half-way.
  const clockAheadMs = Math.round(sentAt + roundTripMs / 2 - description.data.time);
  return { description: description.data, roundTripMs, clockAheadMs };
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
