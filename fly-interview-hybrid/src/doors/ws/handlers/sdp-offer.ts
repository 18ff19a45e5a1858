import type { ConnectWatch } from "../../../ops/connect-watch.ts";
import type { Session } from "../../../sessions/session.ts";
import type { Connection } from "../connection.ts";
import type { Handler } from "./handler.ts";
import { ownSession } from "./own-session.ts";

/** Makes a call. Only finding the session waits its turn; a `disconnect` during the exchange is served at once. */
export const sdpOffer: Handler<"sdp_offer"> = (message, connection) => {
  const { sessions } = connection.needs;
  const offerSdp = typeof message.offer === "string" ? message.offer : message.offer.sdp;
  connection.enqueue(message, async () => {
    // The refusal of its `init` stands for both.
    if (message.afterInit && connection.session === undefined) return;
    const { offer, session } = await connection.duringConnect("sdp", async (connect) => ({
      offer: await sessions.readOffer(connection.principal, offerSdp),
      session: await sessionFor(connection, connect, message.sessionId),
    }));
    void connection.attempt(() =>
      connection.duringConnect("record", async (connect) => {
        const { callId, answerSdp } = await sessions.startCall(session, offer, {
          departure: connection.departure,
          connect,
        });
        connection.send({
          type: "sdp_answer",
          sessionId: session.id,
          answer: { type: "answer", sdp: answerSdp },
          callId,
        });
        connect.succeed({ session: session.id, call: callId });
      }),
    );
  });
};

/** An offer without a prior `init` implies one; after a session has ended it takes a fresh `init` to begin another. */
async function sessionFor(
  connection: Connection,
  connect: ConnectWatch,
  sessionId: string | undefined,
): Promise<Session> {
  const current = connection.session === undefined ? undefined : ownSession(connection, sessionId);
  if (current !== undefined) return current;
  connect.enter("open");
  const { session } = await connection.needs.sessions.open(connection.principal, { sessionId });
  connection.serve(session);
  return session;
}
