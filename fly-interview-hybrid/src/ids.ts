import { createHash, randomBytes, randomUUID } from "node:crypto";

const SESSION_ID_PREFIX = "ses_";
const RESUME_TOKEN_PREFIX = "rst_";

/** A session's id: 128 random bits, so that it cannot be guessed. */
export function newSessionId(): string {
  return `${SESSION_ID_PREFIX}${randomBytes(16).toString("base64url")}`;
}

/** An invitation's id: 128 random bits. */
export function newInvitationId(): string {
  return `inv_${randomBytes(16).toString("base64url")}`;
}

/** A secret that opens its own session's routes: the session's id and 256 random bits. Only its hash is kept. */
export function newResumeToken(sessionId: string): string {
  return `${RESUME_TOKEN_PREFIX}${sessionId.slice(SESSION_ID_PREFIX.length)}.${randomBytes(32).toString("base64url")}`;
}

/** The session that a resume token claims to open; `undefined` for text that is no resume token. */
export function sessionIdOfToken(token: string): string | undefined {
  const id = /^rst_([A-Za-z0-9_-]{22})\./.exec(token)?.[1];
  return id === undefined ? undefined : SESSION_ID_PREFIX + id;
}

/** Names one request in replies and in the log. */
export function newRequestId(): string {
  // Of random bits that Node draws for many at once: every request has an id, those of a flood too.
  return `req_${randomUUID().replaceAll("-", "")}`;
}

/** An id that follows from what it is of, so that what is made twice has the same; those names are not in it. */
export function derivedId(prefix: string, ...of: readonly string[]): string {
  return prefix + createHash("sha256").update(JSON.stringify(of)).digest("base64url").slice(0, 22);
}

/** SHA-256 of a random token. A fast hash is enough, because the token has 256 random bits. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
