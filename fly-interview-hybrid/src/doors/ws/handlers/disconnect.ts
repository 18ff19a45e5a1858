import type { Handler } from "./handler.ts";
import { ownSession } from "./own-session.ts";

/** Ends the session. The client is answered at once; the hang-up goes on after it has left. */
export const disconnect: Handler<"disconnect"> = (message, connection) => {
  connection.enqueue(message, async () => {
    const session = ownSession(connection, message.sessionId);
    connection.release();
    if (session !== undefined) connection.needs.sessions.endUnwatched(session, "client_disconnected");
    const reason = session?.endReason ?? "client_disconnected";
    connection.send({ type: "disconnected", sessionId: session?.id ?? null, reason });
    connection.close(1000);
  });
};
