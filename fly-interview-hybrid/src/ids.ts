import { hash, randomFillSync } from "node:crypto";

const SESSION_ID_PREFIX = "ses_";
const RESUME_TOKEN_PREFIX = "rst_";

/** A session's id: 128 random bits, so that it cannot be guessed. */
export function newSessionId(): string {
  return `${SESSION_ID_PREFIX}${randomText(16)}`;
}

/** An invitation's id: 128 random bits. */
export function newInvitationId(): string {
  return `inv_${randomText(16)}`;
}

/** A secret that opens its own session's routes: the session's id and 256 random bits. Only its hash is kept. */
export function newResumeToken(sessionId: string): string {
  return `${RESUME_TOKEN_PREFIX}${sessionId.slice(SESSION_ID_PREFIX.length)}.${randomText(32)}`;
}

/** The session that a resume token claims to open; `undefined` for text that is no resume token. */
export function sessionIdOfToken(token: string): string | undefined {
  const id = /^rst_([A-Za-z0-9_-]{22})\./.exec(token)?.[1];
  return id === undefined ? undefined : SESSION_ID_PREFIX + id;
}

/** Names one request in replies and in the log. */
export function newRequestId(): string {
  return `req_${randomText(12)}`;
}

/** An id that follows from what it is of, so that what is made twice has the same; those names are not in it. */
export function derivedId(prefix: string, ...of: readonly string[]): string {
  return prefix + hash("sha256", JSON.stringify(of), "base64url").slice(0, 22);
}

/** SHA-256 of a random token. A fast hash is enough, because the token has 256 random bits. */
export function hashToken(token: string): string {
  return hash("sha256", token, "base64url");
}

/** Asking for random bytes takes longer than all else of an id, so they are asked for by the page. */
const random = Buffer.alloc(4096);
let used = random.length;

/** So many random bytes as base64url; nobody gets them a second time, and no copy of them stays. */
export function randomText(bytes: number): string {
  return takeRandom(bytes, "base64url");
}

/** The same as hexadecimal digits. */
export function randomHex(bytes: number): string {
  return takeRandom(bytes, "hex");
}

function takeRandom(bytes: number, encoding: "base64url" | "hex"): string {
  if (used + bytes > random.length) {
    randomFillSync(random);
    used = 0;
  }
  const text = random.toString(encoding, used, used + bytes);
  random.fill(0, used, used + bytes);
  used += bytes;
  return text;
}
