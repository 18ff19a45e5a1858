import type { Handler } from "./handler.ts";
import { ownSession } from "./own-session.ts";

/** Accepted and dropped: the upstreams learn the client's address from its own connectivity checks. */
export const iceCandidate: Handler<"ice_candidate"> = (message, connection) => {
  connection.enqueue(message, async () => void ownSession(connection, message.sessionId));
};
