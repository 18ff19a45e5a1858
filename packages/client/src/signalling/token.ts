import { clientError, InterviewError } from "../errors.ts";

// RFC 7515: three base64url parts. Anything else would make `new WebSocket` throw an error that quotes the token.
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * The access token for one attempt, if there is to be one. Throws `TOKEN_UNAVAILABLE`, or the `InterviewError` that the page's own
 * function rejects with.
 */
export async function resolveToken(token: string | (() => Promise<string>) | undefined): Promise<string | undefined> {
  if (token === undefined) return undefined;
  const text = typeof token === "string" ? token : await token().catch(unavailable);
  return JWT.test(text) ? text : unavailable();
}

/** A token with a `jti` that lives so long at most, in seconds, is a ticket: the server lets it open one connection. */
const TICKET_SECONDS = 60;

/** False for a ticket, and for a function, which may get one for each attempt. Of a token that is none, `connect()` says so. */
export function isForManyConnections(token: string | (() => Promise<string>) | undefined): boolean {
  if (typeof token !== "string") return token === undefined;
  try {
    const claims = token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
    const { jti, iat = 0, exp = Infinity } = JSON.parse(atob(claims)) as { jti?: unknown; iat?: number; exp?: number };
    return jti === undefined || exp - iat > TICKET_SECONDS;
  } catch {
    return false;
  }
}

function unavailable(error?: unknown): never {
  if (error instanceof InterviewError) throw error;
  throw clientError("TOKEN_UNAVAILABLE");
}
