import { ProxyError } from "../../../errors.ts";
import type { Session } from "../../../sessions/session.ts";
import type { Connection } from "../connection.ts";

/** The session that a socket serves or served last. Throws SESSION_FORBIDDEN where the message means another one. */
export function ownSession({ session }: Connection, sessionId: string | undefined): Session | undefined {
  const isMeant = session === undefined ? sessionId === undefined : session.answersTo(sessionId);
  if (!isMeant) throw new ProxyError("SESSION_FORBIDDEN");
  return session;
}

/** The same where there has to be one. */
export function servedSession(connection: Connection): Session {
  const session = ownSession(connection, undefined);
  if (session === undefined) throw new ProxyError("SESSION_FORBIDDEN");
  return session;
}
