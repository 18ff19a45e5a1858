import type { SessionCredential } from "../auth/credentials.ts";
import { ProxyError } from "../errors.ts";
import type { Records } from "../records/records.ts";
import { refusalElsewhere } from "./elsewhere.ts";
import type { LiveSessions } from "./live-sessions.ts";
import { isOpenedBy, type Right } from "./ownership.ts";
import type { Roster } from "./recovery/roster.ts";
import type { Session } from "./session.ts";
import { useToken } from "./use-token.ts";

export interface AuthoriseNeeds {
  readonly live: LiveSessions;
  readonly records: Records;
  readonly roster: Roster;
}

/**
 * The session of an id where it runs here; `undefined` where only the records have it. Throws SESSION_FORBIDDEN where the
 * credential does not open it: another's session is not told apart from one that never was. `isLive` says that it takes
 * the machine that runs it: for a session that runs elsewhere it throws what {@link refusalElsewhere} says.
 */
export async function authorise(
  id: string,
  credential: SessionCredential,
  may: Right,
  { live, records, roster }: AuthoriseNeeds,
  { isLive } = { isLive: true },
): Promise<Session | undefined> {
  const session = live.byId(id);
  if (session !== undefined) {
    const isHis =
      "principal" in credential
        ? may(credential.principal, { ...session.principal, id, name: session.name })
        : await useToken(session, credential.resumeToken, records);
    if (!isHis) throw new ProxyError("SESSION_FORBIDDEN");
    return session;
  }
  const record = await records.findSession(id);
  if (record === undefined || !isOpenedBy(record, credential, may)) throw new ProxyError("SESSION_FORBIDDEN");
  const refusal = isLive ? refusalElsewhere(record, roster) : undefined;
  if (refusal !== undefined) throw refusal;
  return undefined;
}
