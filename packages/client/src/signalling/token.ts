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

function unavailable(error?: unknown): never {
  if (error instanceof InterviewError) throw error;
  throw clientError("TOKEN_UNAVAILABLE");
}
