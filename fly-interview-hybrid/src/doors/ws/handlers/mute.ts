import type { Handler } from "./handler.ts";
import { servedSession } from "./own-session.ts";

/** Notes whether the candidate can be heard. Whoever follows the session is told. */
export const mute: Handler<"mute"> = (message, connection) => {
  connection.enqueue(message, () => connection.needs.sessions.mute(servedSession(connection), message.muted));
};
