import type { Records } from "../records/records.ts";
import type { Session } from "./session.ts";

/** The last write of each session's tokens. */
const writes = new WeakMap<Session, Promise<void>>();

/**
 * True for a valid resume token of a running session. Using it spends those before it; that is kept, so that they are
 * spent for every process.
 */
export async function acceptToken(session: Session, token: string, records: Records): Promise<boolean> {
  const valid = session.tokens.hashes.length;
  if (!session.tokens.accept(token)) return false;
  if (session.tokens.hashes.length < valid) await keepTokens(session, records);
  return true;
}

/** Keeps which resume tokens are valid now. One write after the other, so that an older list never replaces a newer one. */
export function keepTokens(session: Session, records: Records): Promise<void> {
  const before = writes.get(session) ?? Promise.resolve();
  const write = before
    .catch(() => undefined)
    .then(() => records.updateSession(session.id, { resumeTokenHashes: session.tokens.hashes }));
  writes.set(session, write);
  return write;
}
