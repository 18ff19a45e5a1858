import {
  type ClientMessage,
  type ClientMessageOf,
  type ClientMessageType,
  type ErrorCode,
  MAX_MESSAGE_BYTES,
  parseClientMessage,
  SESSION_ID_PATTERN,
} from "@interview-proxy/protocol";
import { sessionIdOfToken } from "../../src/ids.ts";
import { judgeOffer } from "../../src/sdp/judge-offer.ts";

/** What a client gets for a message; "nothing": no reply. */
export type Outcome = ErrorCode | "pong" | "initialized" | "sdp_answer" | "disconnected" | "nothing";

/** What the protocol says of a client's socket so far. `called`: a call was made. */
export interface ModelState {
  readonly session: "none" | "open" | "called";
  readonly sessionId: string | undefined;
  readonly resumeToken: string | undefined;
  /** Names under which the client may mean its session: what it has called it itself. */
  readonly names: readonly string[];
}

export const NO_SESSION: ModelState = { session: "none", sessionId: undefined, resumeToken: undefined, names: [] };

/** Every outcome that the protocol allows for a message in a state. All others are a fault of the server's. */
export function allowedOutcomes(text: string, state: ModelState): readonly Outcome[] {
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return ["MESSAGE_TOO_LARGE"];
  const parsed = parseClientMessage(text);
  if (!parsed.ok) return [parsed.code];
  // The table's type pairs each message with its outcomes; the compiler cannot follow that through an index.
  const outcomes = OUTCOMES[parsed.message.type] as (message: ClientMessage, state: ModelState) => readonly Outcome[];
  return outcomes(parsed.message, state);
}

/** Total: a new message of the protocol does not compile until the model knows what it may get. */
const OUTCOMES: {
  readonly [T in ClientMessageType]: (message: ClientMessageOf<T>, state: ModelState) => readonly Outcome[];
} = {
  ping: () => ["pong"],
  init: (message, state) => (state.session === "none" ? firstInit(message) : furtherInit(message, state)),
  sdp_offer: offerOutcomes,
  ice_candidate: ({ sessionId }, state) => (isMeant(sessionId, state) ? ["nothing"] : ["SESSION_FORBIDDEN"]),
  disconnect: ({ sessionId }, state) => (isMeant(sessionId, state) ? ["disconnected"] : ["SESSION_FORBIDDEN"]),
  mute: (_message, { session }) => (session === "none" ? ["SESSION_FORBIDDEN"] : ["nothing"]),
  stats: (_message, { session }) => (session === "none" ? ["SESSION_FORBIDDEN"] : ["nothing"]),
  say(_message, { session }) {
    if (session === "none") return ["SESSION_FORBIDDEN"];
    // With a call it depends on whether its sideband is there yet.
    return session === "open" ? ["NO_CALL"] : ["nothing", "NO_CALL"];
  },
};

function firstInit({ sessionId, resumeToken, aiPersona }: ClientMessageOf<"init">): readonly Outcome[] {
  if (resumeToken !== undefined) return ["SESSION_FORBIDDEN", "UNAUTHENTICATED"];
  if (sessionId !== undefined && SESSION_ID_PATTERN.test(sessionId)) return ["SESSION_FORBIDDEN"];
  return aiPersona === undefined ? ["initialized"] : ["initialized", "INVALID_MESSAGE"];
}

function furtherInit(message: ClientMessageOf<"init">, state: ModelState): readonly Outcome[] {
  const { sessionId, resumeToken } = message;
  if (resumeToken === undefined) return isMeant(sessionId, state) ? ["initialized"] : ["SESSION_BUSY"];
  if (sessionIdOfToken(resumeToken) !== state.sessionId) return ["SESSION_BUSY"];
  const isWhole = resumeToken === state.resumeToken && isMeant(sessionId, state);
  return isWhole ? ["initialized"] : ["SESSION_FORBIDDEN", "UNAUTHENTICATED"];
}

function offerOutcomes(message: ClientMessageOf<"sdp_offer">, state: ModelState): readonly Outcome[] {
  const sdp = typeof message.offer === "string" ? message.offer : message.offer.sdp;
  if (!judgeOffer(sdp).ok) return ["SDP_INVALID"];
  const isOwn = state.session !== "none" ? isMeant(message.sessionId, state) : !isOurs(message.sessionId);
  // The voice service may refuse what our rules take.
  return isOwn ? ["sdp_answer", "UPSTREAM_REJECTED_SDP", "UPSTREAM_BAD_ANSWER"] : ["SESSION_FORBIDDEN"];
}

function isMeant(sessionId: string | undefined, { session, sessionId: id, names }: ModelState): boolean {
  return sessionId === undefined || (session !== "none" && (sessionId === id || names.includes(sessionId)));
}

function isOurs(sessionId: string | undefined): boolean {
  return sessionId !== undefined && SESSION_ID_PATTERN.test(sessionId);
}
