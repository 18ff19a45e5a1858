import { MAX_MESSAGE_BYTES, MAX_SDP_BYTES } from "@interview-proxy/protocol";
import { ProxyError } from "../../../errors.ts";
import type { Handler } from "./handler.ts";

/** Opens a session or comes back to one. A socket whose session runs stays with it. */
export const init: Handler<"init"> = (message, connection) => {
  const { config, sessions } = connection.needs;
  connection.enqueue(async () => {
    const current = connection.session;
    const { session, resumeToken, resumed, iceServers } = await sessions.open(connection.principal, {
      sessionId: message.sessionId ?? (message.resumeToken === undefined ? current?.id : undefined),
      persona: message.aiPersona,
      resumeToken: message.resumeToken,
    });
    if (current !== undefined && current !== session) throw new ProxyError("SESSION_BUSY");
    connection.serve(session);
    connection.send({
      type: "initialized",
      sessionId: session.id,
      resumeToken,
      aiPersona: session.persona,
      resumed,
      seq: session.seq,
      deadline: new Date(session.deadline).toISOString(),
      iceServers: [...iceServers],
      dataChannel: "none",
      limits: {
        maxSessionSeconds: config.MAX_SESSION_SECONDS,
        maxMessageBytes: MAX_MESSAGE_BYTES,
        maxSdpBytes: MAX_SDP_BYTES,
      },
    });
    if (message.lastSeq !== undefined) for (const event of session.eventsAfter(message.lastSeq)) connection.send(event);
  });
};
