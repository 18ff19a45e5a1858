import { ProxyError } from "../../../errors.ts";
import type { Session } from "../../../sessions/session.ts";
import type { Connection } from "../connection.ts";

/** True where a message means this session: it names its id, its name, or none. */
export function isMeant(session: Session, sessionId: string | undefined): boolean {
  return sessionId === undefined || sessionId === session.id || sessionId === session.name;
}

/** The session that a socket serves or served last. Throws SESSION_FORBIDDEN where the message means another one. */
export function ownSession({ session }: Connection, sessionId: string | undefined): Session | undefined {
  if (session === undefined ? sessionId !== undefined : !isMeant(session, sessionId)) {
    throw new ProxyError("SESSION_FORBIDDEN");
  }
  return session;
}
