/** How one error looks on every transport. */
export interface ErrorEntry {
  /** Status of an HTTP response. */
  readonly http: number;
  /** WebSocket close code, used when the error ends the connection. */
  readonly close: number;
  /** True where the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** For people: what happened and what to do next. Carries no data of the request. */
  readonly message: string;
}

/**
 * The one error table. Bad input shares close code 4400 and failed authentication 4401, because a connection that ends
 * for either is told the exact code in an `error` message before the close; every other code closes with its own number.
 */
export const ERRORS = {
  BAD_JSON: entry(400, 4400, false, "The message is not valid JSON text. Send one JSON object in UTF-8."),
  UNKNOWN_MESSAGE: entry(
    400,
    4400,
    false,
    "This message type is unknown. See the protocol reference for the types there are.",
  ),
  INVALID_MESSAGE: entry(
    400,
    4400,
    false,
    "A field of the message is missing, unknown or of the wrong type. Correct it and send it again.",
  ),
  MESSAGE_TOO_LARGE: entry(
    413,
    1009,
    false,
    "The message is too large. Send at most 128 KiB, with an SDP of at most 64 KiB.",
  ),
  SDP_INVALID: entry(
    422,
    4400,
    false,
    "The session description breaks a rule. Send the browser's offer unchanged, final line end included.",
  ),
  SDP_NOT_ALLOWED: entry(
    422,
    4422,
    false,
    "The session description asks for something interviews do not use. Offer one audio section only.",
  ),
  UNAUTHENTICATED: entry(
    401,
    4401,
    false,
    "No valid sign-in came with the request. Start the interview again from your invitation.",
  ),
  TOKEN_EXPIRED: entry(401, 4401, false, "The sign-in has expired. Start the interview again from your invitation."),
  TOKEN_REPLAYED: entry(401, 4401, false, "This one-time sign-in was used before. Ask for a new one and start again."),
  FORBIDDEN: entry(403, 4403, false, "This sign-in does not permit that. Use one with the right scope."),
  ORIGIN_NOT_ALLOWED: entry(
    403,
    4430,
    false,
    "This page's address is not allowed to connect. Add it to ALLOWED_ORIGINS of the server.",
  ),
  CSRF_TOKEN_INVALID: entry(
    403,
    4470,
    false,
    "The request does not show that it comes from the operators' own page. Reload that page, then try again.",
  ),
  NOT_FOUND: entry(404, 4404, false, "There is nothing at this address. Check the path and the method."),
  SESSION_FORBIDDEN: entry(403, 4431, false, "There is no such session for you. Start a new interview."),
  SESSION_ENDED: entry(410, 4410, false, "This interview has ended. Start a new one if you are invited to."),
  SESSION_TAKEN_OVER: entry(
    409,
    4436,
    false,
    "This interview goes on in another window. Close this one, or go back to that one.",
  ),
  SESSION_BUSY: entry(
    409,
    4409,
    true,
    "This session is busy with an earlier request. Wait for its answer, then try again.",
  ),
  SESSION_NOT_ENDED: entry(409, 4437, true, "This interview has not ended yet. End it first, then try again."),
  NOT_DUE: entry(409, 4426, true, "This interview has not begun yet. Come back at its time."),
  NO_CALL: entry(
    409,
    4438,
    true,
    "There is no call in this interview right now. Wait until it goes on, then try again.",
  ),
  NO_TEST_CALL: entry(
    409,
    4469,
    false,
    "This server makes no test calls. Leave that check out; the interview itself can be held all the same.",
  ),
  INVITATION_INVALID: entry(
    403,
    4460,
    false,
    "This invitation is not valid. Open its whole link once more, or ask whoever invited you for a new one.",
  ),
  INVITATION_EXPIRED: entry(
    410,
    4461,
    false,
    "This invitation has expired before the interview was begun. Ask whoever invited you for a new one.",
  ),
  INVITATION_REVOKED: entry(
    410,
    4462,
    false,
    "This invitation was withdrawn. Ask whoever invited you if that is a surprise.",
  ),
  INVITATION_USED: entry(
    410,
    4463,
    false,
    "The interview of this invitation is over, so it leads nowhere any more. There is nothing left to do.",
  ),
  INVITATION_EXHAUSTED: entry(
    410,
    4464,
    false,
    "This invitation was opened too often, so it is closed now. Ask whoever invited you for a new one.",
  ),
  CALL_NOT_FOUND: entry(404, 4439, false, "There is no such call for you, or it is over. Make a new one."),
  DATA_CHANNEL_REQUIRED: entry(
    403,
    4424,
    false,
    "The routes below /v1 need a data channel, and this server seals its calls. Its operator must set DATA_CHANNEL=open.",
  ),
  OTHER_VOICE_API: entry(
    404,
    4425,
    false,
    "This server speaks the other voice API. Use the routes below /v1 that its VOICE_API names, realtime or live.",
  ),
  RATE_LIMITED: entry(429, 4429, true, "Too many requests in a short time. Wait a moment, then try again."),
  CONNECTION_LIMIT: entry(503, 4453, true, "The server has all the connections it can hold. Try again in a minute."),
  QUOTA_EXCEEDED: entry(
    429,
    4432,
    false,
    "The interviews available for now are used up. Ask the organisation that invited you.",
  ),
  BUDGET_EXCEEDED: entry(402, 4433, false, "The interview's budget is used up, so it has ended."),
  TIME_LIMIT: entry(403, 4434, false, "The interview's time is used up, so it has ended."),
  DRAINING: entry(503, 4435, true, "The server is restarting. Connect again in a few seconds."),
  RECORDS_UNAVAILABLE: entry(
    503,
    4454,
    true,
    "The server cannot reach its records right now. Interviews that run go on; try again in a moment.",
  ),
  TENANT_NOT_FOUND: entry(404, 4465, false, "There is no such tenant. Check its id, or create it first."),
  TENANT_CONFLICT: entry(
    409,
    4466,
    false,
    "The tenant's id or issuer is taken, or somebody has changed it meanwhile. Look at it again, then try again.",
  ),
  TENANT_ACTIVE: entry(
    409,
    4467,
    false,
    "The tenant is not disabled, or still has sessions. Disable it, then try again.",
  ),
  MASTER_KEY_MISSING: entry(
    503,
    4468,
    false,
    "The server has no key to seal a tenant's secrets with. Its operator must set TENANTS_MASTER_KEY.",
  ),
  UPSTREAM_UNAUTHORIZED: entry(
    502,
    4440,
    false,
    "The voice service refused the server's key. The operator must check OPENAI_API_KEY.",
  ),
  UPSTREAM_REJECTED_SDP: entry(
    502,
    4441,
    false,
    "The voice service refused this browser's session description. Reload the page or try another browser.",
  ),
  UPSTREAM_RATE_LIMITED: entry(503, 4442, true, "The voice service is at its limit. Try again in a minute."),
  UPSTREAM_UNAVAILABLE: entry(502, 4443, true, "The voice service cannot be reached right now. Try again in a minute."),
  UPSTREAM_TIMEOUT: entry(504, 4444, true, "The voice service did not answer in time. Try again."),
  UPSTREAM_BAD_ANSWER: entry(502, 4445, true, "The voice service sent an answer that cannot be used. Try again."),
  INTERNAL: entry(
    500,
    4500,
    true,
    "Something went wrong on the server. Try again; if it stays, report the request id.",
  ),
} as const satisfies Record<string, ErrorEntry>;

/** A code of the error table. */
export type ErrorCode = keyof typeof ERRORS;

/** True for a string that is a code of the table. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function entry(http: number, close: number, retryable: boolean, message: string): ErrorEntry {
  return { http, close, retryable, message };
}
