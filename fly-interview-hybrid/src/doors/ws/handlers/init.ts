import { type ClientMessageOf, MAX_MESSAGE_BYTES, MAX_SDP_BYTES } from "@interview-proxy/protocol";
import { ProxyError } from "../../../errors.ts";
import { sessionIdOfToken } from "../../../ids.ts";
import { toIsoTime } from "../../../iso-time.ts";
import type { Session, SessionEvent } from "../../../sessions/session.ts";
import type { Connection } from "../connection.ts";
import { dataChannelOf } from "../data-channel.ts";
import type { Handler } from "./handler.ts";

/** Opens a session or comes back to one. A socket whose session runs stays with it. */
export const init: Handler<"init"> = (message, connection) => {
  const { sessions, tenants } = connection.needs;
  connection.enqueue(message, async () => {
    const running = connection.session?.state === "ended" ? undefined : connection.session;
    if (running !== undefined && !isFor(running, message)) throw new ProxyError("SESSION_BUSY");
    const { session, resumeToken, resumed, iceServers } = await connection.duringConnect("open", async (connect) => {
      connect.isPartOf(message.traceparent);
      const opened = await sessions.open(connection.principal, {
        sessionId: message.resumeToken === undefined ? (message.sessionId ?? running?.id) : message.sessionId,
        persona: message.aiPersona,
        resumeToken: message.resumeToken,
      });
      // Whoever comes back to a call that is up makes none.
      if (opened.session.state === "live") connection.forgetConnect(connect);
      return opened;
    });
    const { lastSeq = Infinity } = message;
    // Read before this client is connected, so that nothing new is told ahead of what it missed.
    const turns = await sessions.turnsForEventsAfter(session, lastSeq);
    // Another machine may have taken it over meanwhile: nobody here would tell this client anything.
    if (session.isLetGo) throw new ProxyError("SESSION_BUSY");
    connection.serve(session);
    connection.send({
      type: "initialized",
      sessionId: session.id,
      resumeToken,
      aiPersona: session.persona,
      resumed,
      seq: session.seq,
      deadline: toIsoTime(session.time.deadline),
      remainingSeconds: session.time.remainingSeconds,
      iceServers: [...iceServers],
      dataChannel: dataChannelOf(tenants.of(connection.principal.tenant).config),
      limits: {
        maxSessionSeconds: session.brief.maxSeconds,
        maxMessageBytes: MAX_MESSAGE_BYTES,
        maxSdpBytes: MAX_SDP_BYTES,
      },
    });
    if (message.lastSeq !== undefined) tellMissed(connection, session.eventsAfter(lastSeq, turns), session);
    for (const event of session.standing) connection.send(event);
  });
};

/** What stays is sent again; of what passes, who speaks at the moment. */
function tellMissed(connection: Connection, missed: readonly SessionEvent[], session: Session): void {
  for (const event of missed) connection.send(event);
  for (const role of ["candidate", "interviewer"] as const)
    if (session.speech.isHeardFrom(role)) connection.send({ type: "speaking", role, active: true });
}

/** A resume token names its session by itself. */
function isFor(session: Session, { sessionId, resumeToken }: ClientMessageOf<"init">): boolean {
  return resumeToken === undefined ? session.answersTo(sessionId) : sessionIdOfToken(resumeToken) === session.id;
}
