import type { Session } from "../../../sessions/session.ts";
import type { Connection } from "../connection.ts";
import type { Handler } from "./handler.ts";
import { ownSession } from "./own-session.ts";

/** Makes a call. Only finding the session waits its turn; a `disconnect` during the exchange is served at once. */
export const sdpOffer: Handler<"sdp_offer"> = (message, connection) => {
  const offerSdp = typeof message.offer === "string" ? message.offer : message.offer.sdp;
  connection.enqueue(async () => {
    const session = await sessionFor(connection, message.sessionId);
    void connection.attempt(async () => {
      const { callId, answerSdp } = await connection.needs.sessions.startCall(session, offerSdp);
      connection.send({
        type: "sdp_answer",
        sessionId: session.id,
        answer: { type: "answer", sdp: answerSdp },
        callId,
      });
    });
  });
};

/** An offer without a prior `init` implies one. */
async function sessionFor(connection: Connection, sessionId: string | undefined): Promise<Session> {
  if (connection.session !== undefined) return ownSession(connection, sessionId) ?? connection.session;
  const { session } = await connection.needs.sessions.open(connection.principal, { sessionId });
  connection.serve(session);
  return session;
}
