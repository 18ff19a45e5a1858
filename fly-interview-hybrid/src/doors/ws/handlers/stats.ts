import type { Handler } from "./handler.ts";
import { servedSession } from "./own-session.ts";

/** Notes how good the connection of the call is. */
export const stats: Handler<"stats"> = (message, connection) => {
  const { type: _type, ...told } = message;
  connection.enqueue(message, async () => connection.needs.sessions.noteConnection(servedSession(connection), told));
};
