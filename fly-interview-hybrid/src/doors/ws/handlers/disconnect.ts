import type { Handler } from "./handler.ts";
import { ownSession } from "./own-session.ts";

/** Ends the session. The client is answered at once; the hang-up goes on after it has left. */
export const disconnect: Handler<"disconnect"> = (message, connection) => {
  const { sessions, log } = connection.needs;
  connection.enqueue(async () => {
    const session = ownSession(connection, message.sessionId);
    connection.release();
    if (session !== undefined) {
      sessions
        .end(session, "client_disconnected")
        .catch((error: unknown) => log.error({ err: error }, "session could not be ended cleanly"));
    }
    connection.send({ type: "disconnected", sessionId: session?.id ?? null, reason: "client_disconnected" });
    connection.close(1000);
  });
};
