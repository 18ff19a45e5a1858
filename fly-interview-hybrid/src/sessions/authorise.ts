import type { SessionCredential } from "../auth/credentials.ts";
import { ProxyError } from "../errors.ts";
import type { Records, SessionRecord } from "../records/records.ts";
import { refusalElsewhere } from "./elsewhere.ts";
import type { LiveSessions } from "./live-sessions.ts";
import { isOpenedBy, type Right } from "./ownership.ts";
import type { Roster } from "./recovery/roster.ts";
import { Session } from "./session.ts";
import { acceptToken } from "./accept-token.ts";

export interface AuthoriseNeeds {
  readonly live: LiveSessions;
  readonly records: Records;
  readonly roster: Roster;
}

/**
 * The session of an id where it runs here, or else what the records have of it. Throws SESSION_FORBIDDEN where the
 * credential does not open it: another's session is not told apart from one that never was.
 */
export async function authorise(
  id: string,
  credential: SessionCredential,
  may: Right,
  { live, records }: AuthoriseNeeds,
): Promise<Session | SessionRecord> {
  const session = live.byId(id);
  if (session !== undefined) {
    const isHis =
      "principal" in credential
        ? may(credential.principal, { ...session.principal, id, name: session.name })
        : await acceptToken(session, credential.resumeToken, records);
    if (!isHis) throw new ProxyError("SESSION_FORBIDDEN");
    return session;
  }
  const record = await records.findSession(id);
  if (record === undefined || !isOpenedBy(record, credential, may)) throw new ProxyError("SESSION_FORBIDDEN");
  return record;
}

/**
 * The same for what takes the machine that runs the session. Where that is another it throws what
 * {@link refusalElsewhere} says.
 */
export async function authoriseHere(
  id: string,
  credential: SessionCredential,
  may: Right,
  needs: AuthoriseNeeds,
): Promise<Session | SessionRecord> {
  const found = await authorise(id, credential, may, needs);
  const refusal = found instanceof Session ? undefined : refusalElsewhere(found, needs.roster);
  if (refusal !== undefined) throw refusal;
  return found;
}
