import { ProxyError } from "../errors.ts";
import type { Records } from "../records/records.ts";
import type { LiveSessions } from "./live-sessions.ts";
import { isOpenedBy, type Right, type SessionCredential } from "./ownership.ts";
import type { Session } from "./session.ts";
import { useToken } from "./use-token.ts";

/**
 * The session of an id where it runs; `undefined` where only the records have it. Throws SESSION_FORBIDDEN where the
 * credential does not open it: another's session is not told apart from one that never was.
 */
export async function authorise(
  id: string,
  credential: SessionCredential,
  may: Right,
  { live, records }: { readonly live: LiveSessions; readonly records: Records },
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
  return undefined;
}
