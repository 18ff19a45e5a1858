import { ProxyError } from "../../../errors.ts";
import type { Session } from "../../../sessions/session.ts";
import type { Connection } from "../connection.ts";

/** The session that a socket serves; an id that came with the message must be its id or its name. */
export function ownSession(connection: Connection, sessionId: string | undefined): Session | undefined {
  const { session } = connection;
  const isMeant = sessionId === undefined || sessionId === session?.id || sessionId === session?.name;
  if (!isMeant) throw new ProxyError("SESSION_FORBIDDEN");
  return session;
}
