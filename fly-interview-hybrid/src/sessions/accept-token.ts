import type { Records } from "../records/records.ts";
import type { Session } from "./session.ts";

/**
 * True for a valid resume token of a running session. Using it spends those before it; that is kept, so that they are
 * spent for every process.
 */
export async function acceptToken(
  session: Session,
  token: string,
  records: Pick<Records, "updateSession">,
): Promise<boolean> {
  const valid = session.tokens.hashes.length;
  if (!session.tokens.accept(token)) return false;
  if (session.tokens.hashes.length < valid) await keepTokens(session, records);
  return true;
}

/** Keeps which resume tokens are valid now. Writes of one session are done in their order, so no older list replaces it. */
export function keepTokens({ id, tokens }: Session, records: Pick<Records, "updateSession">): Promise<void> {
  return records.updateSession(id, { resumeTokenHashes: tokens.hashes });
}
