import type { FastifyReply } from "fastify";
import type { Principal } from "../../auth/principal.ts";
import type { ConnectWatch } from "../../ops/connect-watch.ts";
import type { OpenRequest } from "../../sessions/opening/open-session.ts";
import type { Session } from "../../sessions/session.ts";
import type { DoorNeeds } from "../needs.ts";

export interface HttpCall extends OpenRequest {
  /** Whose interview it is. */
  readonly principal: Principal;
  readonly offerSdp: string;
  readonly connect: ConnectWatch;
}

export interface AnsweredCall {
  readonly session: Session;
  readonly callId: string;
  readonly answerSdp: string;
  /** See {@link OpenRequest.resumeToken}: the next one. */
  readonly resumeToken: string;
}

/** Opens a session, or comes back to one, and makes its call, in one request. What comes of one that fails is ended. */
export async function callByHttp(
  { principal, offerSdp, connect, ...request }: HttpCall,
  reply: FastifyReply,
  { sessions }: Pick<DoorNeeds, "sessions">,
): Promise<AnsweredCall> {
  const departure = departureOf(reply);
  connect.enter("sdp");
  const offer = await sessions.readOffer(principal, offerSdp);
  connect.enter("open");
  const { session, resumeToken, resumed } = await sessions.open(principal, request);
  // Nobody but this client could come back to a session whose reply it never got.
  const abandon = (): void => sessions.endUnwatched(session, "client_gone");
  if (!resumed) onAbort(departure, abandon);
  try {
    connect.enter("record");
    const { callId, answerSdp } = await sessions.startCall(session, offer, { departure, connect });
    connect.succeed({ session: session.id, call: callId });
    return { session, callId, answerSdp, resumeToken };
  } catch (error) {
    if (!resumed) abandon();
    throw error;
  }
}

/** Aborted when the client goes before it has its whole reply. */
export function departureOf({ raw }: FastifyReply): AbortSignal {
  const departure = new AbortController();
  const leave = (): void => {
    if (!raw.writableFinished) departure.abort();
  };
  raw.once("close", leave);
  if (raw.destroyed) leave();
  return departure.signal;
}

function onAbort(signal: AbortSignal, action: () => void): void {
  if (signal.aborted) action();
  else signal.addEventListener("abort", action, { once: true });
}
