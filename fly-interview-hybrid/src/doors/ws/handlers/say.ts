import type { Handler } from "./handler.ts";
import { servedSession } from "./own-session.ts";

/** Hands on what the candidate has typed. It comes back as a `turn`. */
export const say: Handler<"say"> = (message, connection) => {
  connection.enqueue(message, () => connection.needs.sessions.say(servedSession(connection), message.text));
};
